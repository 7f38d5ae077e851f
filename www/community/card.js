// @ts-check

import { ApiError } from '../shared/api.js';
import { h } from '../shared/dom.js';
import { progressOf, send } from '../shared/mutations.js';
import { isPrefetching, whilePrefetching } from '../shared/prefetching.js';
import { running } from '../shared/start.js';
import { Status } from '../shared/status.js';
import { ago, counted } from '../shared/units.js';
import { liking, POSTS, postUrl } from './changes.js';
import { Thread } from './thread.js';

/** @typedef {import('./shapes.js').PostLine} PostLine */

/** A post that is in view for so long may be one whose replies are wanted. Milliseconds. */
const DWELL = 300;

/** A post in the feed. */
export class Card {
  /** @type {Thread | null} */
  thread = null;
  /** @type {() => void} ends the prefetching of its replies */
  #unwatch = () => {};

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
    this.pending = h('p', { class: 'pending', 'data-testid': 'pending' });
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
    this.row = h('div', { class: 'row' }, this.like, this.toggle, this.status.element);
    this.element = h(
      'article',
      { class: 'card post', 'aria-labelledby': `post-${id}`, 'data-testid': `post-${id}` },
      h('div', { class: 'by' }, this.mark, h('span', {}, this.author, ' ', this.when)),
      this.heading,
      this.text,
      this.pending,
      this.row,
    );
    this.show(post);
    const cache = running();
    if (cache !== null && typeof id === 'number') {
      this.#unwatch = whilePrefetching(() =>
        cache.prefetchOnVisible(this.element, postUrl(id), { rootMargin: '0px', dwell: DWELL }),
      );
    }
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
    this.progress();
  }

  /** Says where the post is on its way to the server. What has not arrived can't be liked or replied to. */
  progress() {
    const isPending = typeof this.post.id === 'string';
    this.row.hidden = isPending;
    this.pending.hidden = !isPending;
    this.pending.textContent = isPending ? progressOf(POSTS) : '';
    this.thread?.progress();
  }

  /** Opens the replies. */
  async open() {
    const { id, replyCount } = this.post;
    if (this.thread === null && typeof id === 'number') {
      this.thread = new Thread(id, replyCount, this.on.changed);
      this.element.append(this.thread.element);
      this.toggle.setAttribute('aria-expanded', 'true');
      await this.thread.open();
      if (isPrefetching()) {
        // From what was opened after what, the cache learns what comes next.
        running()?.navigate(postUrl(id));
      }
    }
  }

  /** Closes the replies. */
  close() {
    this.thread?.close();
    this.thread = null;
    this.toggle.setAttribute('aria-expanded', 'false');
  }

  /** The post is not in the feed any more. */
  leave() {
    this.#unwatch();
    this.close();
  }

  #toggle() {
    const isOpening = this.thread === null;
    this.on.toggled(Number(this.post.id), isOpening);
    if (isOpening) {
      this.open();
    } else {
      this.close();
    }
  }

  /** Likes may be as many at a time as there are clicks: each is shown at once, and one that fails goes alone. */
  async #like() {
    const id = Number(this.post.id);
    this.status.say('idle', '');
    try {
      await send({ method: 'POST', url: `${postUrl(id)}/like`, options: liking(id) });
      this.on.changed();
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      const reason = error.unanswered ? 'No answer came; it may have counted.' : error.message;
      this.status.fail(`Not liked: ${reason}`, () => this.#like());
      this.on.changed();
    }
  }
}
