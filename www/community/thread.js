// @ts-check

import { h, put, skeleton } from '../shared/dom.js';
import { Live } from '../shared/live.js';
import { progressOf } from '../shared/mutations.js';
import { ago, counted } from '../shared/units.js';
import { Unsaved } from '../shared/unsaved.js';
import { postUrl, replying } from './changes.js';
import { Message } from './message.js';

/** @typedef {import('./shapes.js').Post} Post */
/** @typedef {import('./shapes.js').Reply} Reply */

/** The replies to a post, read when they are opened, and the form for another. */
export class Thread {
  /** @type {HTMLElement[]} where those replies say how far they are that have not arrived */
  #pending = [];

  /**
   * @param {number} id of the post
   * @param {number} expected how many replies the list says there are
   * @param {() => void} onChanged the server has something new
   */
  constructor(id, expected, onChanged) {
    this.url = postUrl(id);
    this.reading = new Live(`post-${id}`, (data) => this.#show(data));
    this.unsaved = new Unsaved(`${this.url}/replies`, 'Your reply');
    this.replies = h('ol', { class: 'replies', 'data-testid': `replies-${id}` });
    put(this.replies, ...Array.from({ length: expected }, () => h('li', {}, skeleton(30, 90))));
    this.form = new Message({
      name: `reply-${id}`,
      url: `${this.url}/replies`,
      label: 'Your reply',
      action: 'Reply',
      sent: 'Your reply is there.',
      titled: false,
      change: (reply) => replying(id, reply),
      onSent: onChanged,
    });
    this.element = h(
      'section',
      { class: 'thread', id: `thread-${id}`, 'aria-label': 'Replies' },
      h('div', { class: 'from' }, this.reading.badge.element),
      this.reading.problem,
      this.replies,
      this.unsaved.element,
      this.form.element,
    );
  }

  /** Reads the replies. */
  open() {
    this.unsaved.open();
    return this.reading.open(this.url);
  }

  /** Reads them again, after a write. */
  again() {
    return this.reading.again();
  }

  /** Forgets them. */
  close() {
    this.unsaved.close();
    this.reading.release();
    this.element.remove();
  }

  /** Says where the replies are that have not arrived. */
  progress() {
    for (const element of this.#pending) {
      element.textContent = progressOf(`${this.url}/replies`);
    }
  }

  /** @param {Post} post */
  #show({ replies }) {
    this.#pending = [];
    this.replies.setAttribute('aria-label', counted(replies.length, 'reply', 'replies'));
    if (replies.length === 0) {
      put(
        this.replies,
        h('li', { class: 'soft small' }, 'No replies yet. Yours can be the first.'),
      );
      return;
    }
    put(this.replies, ...replies.map((reply) => this.#item(reply)));
    this.progress();
  }

  /** @param {Reply} reply */
  #item({ id, author, text, updatedAt }) {
    const isPending = typeof id === 'string';
    const state = isPending
      ? h('span', { class: 'pending', 'data-testid': 'pending' })
      : h('span', { class: 'soft small' }, ago(new Date(updatedAt)));
    if (isPending) {
      this.#pending.push(state);
    }
    return h(
      'li',
      { 'data-testid': 'reply' },
      h('p', { class: 'by' }, h('strong', {}, author), ' ', state),
      h('p', { class: 'text' }, text),
    );
  }
}
