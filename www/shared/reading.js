// @ts-check

import { ApiError, read } from './api.js';
import { Badge } from './badge.js';
import { isOffline, onConnection } from './connection.js';
import { isStaleOnly } from './describe.js';
import { h, put } from './dom.js';
import { running } from './start.js';

/** @typedef {import('./provenance.js').Provenance} Provenance */
/** @typedef {import('everfresh').CacheEvent} CacheEvent */

/** Every reading of this page, so that an invalidation finds those that it concerns. */
const readings = new Set(/** @type {Reading[]} */ ([]));

onConnection(() => {
  for (const reading of readings) {
    reading.connected();
  }
});

/**
 * One thing that a panel shows: it reads a URL, tells where the answer came from, offers a retry
 * when none came, and notices when the cache drops what it shows.
 */
export class Reading {
  /** @type {AbortController | null} */
  #pending = null;
  /** What is shown came with the answer to a write, which no cache keeps. */
  #isAdopted = false;

  /**
   * @param {string} name for tests: `badge-NAME`, `retry-NAME`
   * @param {(data: any) => void} onData called with each answer that is still wanted
   */
  constructor(name, onData) {
    this.name = name;
    this.onData = onData;
    this.badge = new Badge(name);
    /** Where a failure is shown. */
    this.problem = h('div', { role: 'alert' });
    /** @type {string | null} */
    this.url = null;
    this.hasFailed = false;
    readings.add(this);
  }

  /**
   * Reads a URL and shows it; an older read that is under way no longer counts.
   *
   * @param {string} url
   * @returns {Promise<boolean>} whether its data is shown
   */
  async open(url) {
    this.#pending?.abort();
    const pending = new AbortController();
    this.#pending = pending;
    this.url = url;
    this.#isAdopted = false;
    this.badge.loading();
    try {
      const { data, from } = await read(url, pending.signal);
      if (pending.signal.aborted) {
        return false;
      }
      this.succeeded();
      this.badge.answered(from);
      this.onData(data);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) {
        if (pending.signal.aborted) {
          return false;
        }
        throw error;
      }
      this.failed(error);
      this.#keep(url);
      return false;
    } finally {
      if (this.#pending === pending) {
        this.#pending = null;
      }
    }
  }

  /** Reads the same URL once more. The cache decides what that costs. */
  async again() {
    return this.url !== null && this.open(this.url);
  }

  /**
   * Shows data that the page got otherwise, such as the answer to a save.
   *
   * @param {string} url
   * @param {any} data
   * @param {Provenance} from
   */
  adopt(url, data, from) {
    this.#cancel();
    this.url = url;
    this.#isAdopted = true;
    this.succeeded();
    this.badge.answered(from);
    this.onData(data);
  }

  /** Shows nothing, and wants nothing any more. */
  close() {
    this.#cancel();
    this.url = null;
    this.succeeded();
    this.badge.idle();
  }

  /** Closes for good: nothing finds it any more. */
  release() {
    this.close();
    readings.delete(this);
  }

  /** The absolute URL of what came by way of the cache and can be dropped from it; `null` for none. */
  get cached() {
    return this.url === null || this.#isAdopted ? null : new URL(this.url, location.href).href;
  }

  /**
   * The cache dropped it, or marked it as stale.
   *
   * @param {boolean} isStale
   */
  dropped(isStale) {
    this.badge.cleared(this.#pending !== null, isStale);
  }

  /** There is nothing to complain of any more. */
  succeeded() {
    this.hasFailed = false;
    put(this.problem);
  }

  /**
   * It could not be read.
   *
   * @param {ApiError} error
   */
  failed(error) {
    this.hasFailed = true;
    this.badge.failed();
    const retry = h(
      'button',
      {
        class: 'button small',
        type: 'button',
        'data-testid': `retry-${this.name}`,
        onclick: () => this.again(),
      },
      'Try again',
    );
    put(
      this.problem,
      h('div', { class: 'notice', 'data-kind': 'error' }, h('span', {}, error.message), retry),
    );
  }

  /** The connection has come or gone. */
  connected() {
    if (!isOffline() && this.hasFailed) {
      this.again();
    }
  }

  /**
   * Shows what is there of something that could not be read, which is better than nothing.
   *
   * @param {string} url
   */
  #keep(url) {
    const kept = running()?.peek(url);
    if (kept !== undefined) {
      if (isOffline()) {
        put(this.problem);
        this.badge.kept();
      }
      this.onData(kept.data);
    }
  }

  #cancel() {
    this.#pending?.abort();
    this.#pending = null;
  }
}

/**
 * Marks the panels whose data an invalidation dropped.
 *
 * @param {CacheEvent} event
 */
export function markCleared(event) {
  if (event.type !== 'invalidate') {
    return;
  }
  // The event names its first matches only; beyond these, any panel may be concerned.
  const unnamed = event.count > event.matched.length;
  for (const reading of readings) {
    const { cached } = reading;
    if (cached !== null && (unnamed || event.matched.includes(cached))) {
      reading.dropped(isStaleOnly(event.targets));
    }
  }
}
