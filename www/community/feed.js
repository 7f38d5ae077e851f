// @ts-check

import { arrange, byId, h, put, skeleton } from '../shared/dom.js';
import { Live } from '../shared/live.js';
import { onMutations } from '../shared/mutations.js';
import { whilePrefetching } from '../shared/prefetching.js';
import { running } from '../shared/start.js';
import { Unsaved } from '../shared/unsaved.js';
import { Card } from './card.js';
import { POSTS, postUrl } from './changes.js';

/** @typedef {import('./shapes.js').PostLine} PostLine */

/** The posts, newest first. */
export class Feed {
  /** @type {Map<number | string, Card>} */
  #cards = new Map();
  #list = byId('feed');
  #reading = new Live('posts', (data) => this.#show(data.posts));
  #unsaved = new Unsaved(POSTS, 'Your post');

  constructor() {
    byId('feed-from').append(this.#reading.badge.element);
    byId('feed-problem').append(this.#reading.problem, this.#unsaved.element);
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
    this.#unsaved.open();
    onMutations(() => {
      for (const card of this.#cards.values()) {
        card.progress();
      }
    });
    await this.#reading.open(POSTS);
    await Promise.all(
      [...this.#cards].map(([id, card]) => (wanted.has(Number(id)) ? card.open() : undefined)),
    );
    this.#prefetch();
  }

  /** After a write: what is shown follows by itself, unless there is no cache. */
  changed() {
    if (running() === null) {
      this.again();
    }
  }

  /** Reads again what is shown. */
  async again() {
    const threads = [...this.#cards.values()].map(({ thread }) => thread?.again());
    await Promise.all([this.#reading.again(), ...threads]);
  }

  /** The liveliest replies are wanted most, wherever the post is: they are prefetched when the browser is idle. */
  #prefetch() {
    const cache = running();
    const posts = [...this.#cards.values()].map(({ post }) => post);
    const [liveliest] = posts.sort((one, other) => other.replyCount - one.replyCount);
    if (cache !== null && typeof liveliest?.id === 'number') {
      const url = postUrl(liveliest.id);
      whilePrefetching(() => cache.prefetchOnIdle(url));
    }
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
        card ?? new Card(post, { changed: () => this.changed(), toggled: remember }),
      );
    }
    for (const [id, card] of before) {
      if (!this.#cards.has(id)) {
        card.leave();
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
