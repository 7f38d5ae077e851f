// @ts-check

import { h, put, skeleton } from '../shared/dom.js';
import { Reading } from '../shared/reading.js';
import { ago, counted } from '../shared/units.js';
import { Message } from './message.js';

/** @typedef {import('./shapes.js').Post} Post */

/** The replies to a post, read when they are opened, and the form for another. */
export class Thread {
  /**
   * @param {number} id of the post
   * @param {number} expected how many replies the list says there are
   * @param {() => void} onChanged the server has something new
   */
  constructor(id, expected, onChanged) {
    this.url = `/community/api/posts/${id}`;
    this.reading = new Reading(`post-${id}`, (data) => this.#show(data));
    this.replies = h('ol', { class: 'replies', 'data-testid': `replies-${id}` });
    put(this.replies, ...Array.from({ length: expected }, () => h('li', {}, skeleton(30, 90))));
    this.form = new Message({
      name: `reply-${id}`,
      url: `${this.url}/replies`,
      label: 'Your reply',
      action: 'Reply',
      sent: 'Your reply is there.',
      titled: false,
      onSent: onChanged,
      onDoubt: onChanged,
    });
    this.element = h(
      'section',
      { class: 'thread', id: `thread-${id}`, 'aria-label': 'Replies' },
      h('div', { class: 'from' }, this.reading.badge.element),
      this.reading.problem,
      this.replies,
      this.form.element,
    );
  }

  /** Reads the replies. */
  open() {
    return this.reading.open(this.url);
  }

  /** Reads them again, after a write. */
  again() {
    return this.reading.again();
  }

  /** Forgets them. */
  close() {
    this.reading.release();
    this.element.remove();
  }

  /** @param {Post} post */
  #show({ replies }) {
    this.replies.setAttribute('aria-label', counted(replies.length, 'reply', 'replies'));
    if (replies.length === 0) {
      put(
        this.replies,
        h('li', { class: 'soft small' }, 'No replies yet. Yours can be the first.'),
      );
      return;
    }
    put(
      this.replies,
      ...replies.map((reply) =>
        h(
          'li',
          { 'data-testid': 'reply' },
          h(
            'p',
            { class: 'by' },
            h('strong', {}, reply.author),
            ' ',
            h('span', { class: 'soft small' }, ago(new Date(reply.updatedAt))),
          ),
          h('p', { class: 'text' }, reply.text),
        ),
      ),
    );
  }
}
