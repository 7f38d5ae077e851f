// @ts-check

import { arrange, byId, h, put, skeleton } from '../shared/dom.js';
import { Reading } from '../shared/reading.js';
import { Card } from './card.js';

/** @typedef {import('./shapes.js').PostLine} PostLine */

/** The posts, newest first. */
export class Feed {
  /** @type {Map<number, Card>} */
  #cards = new Map();
  #list = byId('feed');
  #reading = new Reading('posts', (data) => this.#show(data.posts));

  constructor() {
    byId('feed-from').append(this.#reading.badge.element);
    byId('feed-problem').append(this.#reading.problem);
    put(
      this.#list,
      ...[62, 48, 70].map((width) =>
        h('div', { class: 'card post waiting' }, skeleton(28, width, 96, 84)),
      ),
    );
  }

  /** Reads the posts, and the replies that the address says are open. */
  async open() {
    const wanted = opened();
    await this.#reading.open('/community/api/posts');
    await Promise.all(
      [...this.#cards].map(([id, card]) => (wanted.has(id) ? card.open() : undefined)),
    );
  }

  /** Reads again what is shown, after a write: the cache knows what it still has. */
  async again() {
    const threads = [...this.#cards.values()].map(({ thread }) => thread?.again());
    await Promise.all([this.#reading.again(), ...threads]);
  }

  /** @param {PostLine[]} posts */
  #show(posts) {
    const before = this.#cards;
    this.#cards = new Map();
    for (const post of posts) {
      const card = before.get(post.id);
      card?.show(post);
      this.#cards.set(
        post.id,
        card ?? new Card(post, { changed: () => this.again(), toggled: remember }),
      );
    }
    for (const [id, card] of before) {
      if (!this.#cards.has(id)) {
        card.close();
      }
    }
    if (posts.length === 0) {
      put(this.#list, h('p', { class: 'card post soft' }, 'Nobody has written anything yet.'));
    } else {
      arrange(
        this.#list,
        [...this.#cards.values()].map(({ element }) => element),
      );
    }
  }
}

/** The posts whose replies are open, by the address. */
function opened() {
  return new Set((new URLSearchParams(location.search).get('open') ?? '').split('.').map(Number));
}

/**
 * Notes in the address whose replies are open, so that a refresh opens them again.
 *
 * @param {number} id
 * @param {boolean} open
 */
function remember(id, open) {
  const ids = opened();
  ids.delete(0);
  if (open) {
    ids.add(id);
  } else {
    ids.delete(id);
  }
  const url = new URL(location.href);
  if (ids.size === 0) {
    url.searchParams.delete('open');
  } else {
    url.searchParams.set('open', [...ids].join('.'));
  }
  history.replaceState(null, '', url);
}
