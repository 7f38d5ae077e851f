// @ts-check

import { ApiError, write } from '../shared/api.js';
import { h } from '../shared/dom.js';
import { Status } from '../shared/status.js';
import { ago, counted } from '../shared/units.js';
import { Thread } from './thread.js';

/** @typedef {import('./shapes.js').PostLine} PostLine */

/** A post in the feed. */
export class Card {
  /** @type {Thread | null} */
  thread = null;

  /**
   * @param {PostLine} post
   * @param {object} on
   * @param {() => void} on.changed the server has something new
   * @param {(id: number, open: boolean) => void} on.toggled its replies were opened or closed
   */
  constructor(post, on) {
    this.on = on;
    this.post = post;
    const { id } = post;
    this.heading = h('h2', { id: `post-${id}` });
    this.mark = h('span', { class: 'mark', 'aria-hidden': 'true' });
    this.author = h('strong');
    this.when = h('span', { class: 'soft small' });
    this.text = h('p', { class: 'text' });
    this.likes = h('span', { class: 'number', 'data-testid': `likes-${id}` });
    this.like = h(
      'button',
      {
        class: 'button small',
        type: 'button',
        'data-testid': `like-${id}`,
        onclick: () => this.#like(),
      },
      'Like ',
      this.likes,
    );
    this.toggle = h('button', {
      class: 'button quiet small',
      type: 'button',
      'aria-expanded': 'false',
      'aria-controls': `thread-${id}`,
      'data-testid': `thread-${id}`,
      onclick: () => this.#toggle(),
    });
    this.status = new Status(`like-${id}`);
    this.element = h(
      'article',
      { class: 'card post', 'aria-labelledby': `post-${id}`, 'data-testid': `post-${id}` },
      h('div', { class: 'by' }, this.mark, h('span', {}, this.author, ' ', this.when)),
      this.heading,
      this.text,
      h('div', { class: 'row' }, this.like, this.toggle, this.status.element),
    );
    this.show(post);
  }

  /**
   * Shows the post as the list has it now.
   *
   * @param {PostLine} post
   */
  show(post) {
    this.post = post;
    this.heading.textContent = post.title;
    this.author.textContent = post.author;
    this.mark.textContent = [...post.author.trim()][0]?.toUpperCase() ?? '';
    this.when.textContent = ago(new Date(post.createdAt));
    this.text.textContent = post.text;
    this.likes.textContent = post.likeCount.toLocaleString();
    this.like.setAttribute(
      'aria-label',
      `Like “${post.title}”, liked ${counted(post.likeCount, 'time', 'times')}`,
    );
    this.toggle.textContent =
      post.replyCount === 0 ? 'Reply' : counted(post.replyCount, 'reply', 'replies');
  }

  /** Opens the replies. */
  async open() {
    if (this.thread === null) {
      this.thread = new Thread(this.post.id, this.post.replyCount, this.on.changed);
      this.element.append(this.thread.element);
      this.toggle.setAttribute('aria-expanded', 'true');
      await this.thread.open();
    }
  }

  /** Closes the replies. */
  close() {
    this.thread?.close();
    this.thread = null;
    this.toggle.setAttribute('aria-expanded', 'false');
  }

  #toggle() {
    const isOpening = this.thread === null;
    this.on.toggled(this.post.id, isOpening);
    if (isOpening) {
      this.open();
    } else {
      this.close();
    }
  }

  async #like() {
    if (this.like.getAttribute('aria-disabled') === 'true') {
      return;
    }
    // Not `disabled`, which would take the focus away.
    this.like.setAttribute('aria-disabled', 'true');
    try {
      await write('POST', `/community/api/posts/${this.post.id}/like`);
      this.status.say('idle', '');
      this.on.changed();
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      this.status.fail(
        error.unanswered ? 'No answer came; it may have counted.' : error.message,
        () => this.#like(),
      );
      this.on.changed();
    } finally {
      this.like.removeAttribute('aria-disabled');
    }
  }
}
