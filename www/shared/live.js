// @ts-check

import { isOffline } from './connection.js';
import { explained } from './mutations.js';
import { Reading } from './reading.js';
import { running } from './start.js';

/** @typedef {import('everfresh').CacheEvent} CacheEvent */
/** @typedef {import('everfresh').QueryState<any>} QueryState */
/** @typedef {import('everfresh').Subscription<any>} Subscription */
/** @typedef {import('./provenance.js').Provenance} Provenance */

/**
 * A reading that goes on: `cache.subscribe` tells of all that is new, of what this page has changed and not yet been
 * answered, and of what is taken back. Without a cache it reads once, as {@link Reading} does.
 */
export class Live extends Reading {
  /** @type {Subscription | null} */
  #watching = null;
  /** @type {() => void} ends the listening to events */
  #deaf = () => {};
  #isFetching = false;
  #began = 0;
  /** @type {Extract<CacheEvent, { type: 'hit' }> | null} what the cache said of the read that is under way */
  #hit = null;

  /**
   * @override
   * @param {string} url
   * @returns {Promise<boolean>}
   */
  open(url) {
    const cache = running();
    this.#end();
    if (cache === null) {
      return super.open(url);
    }
    this.url = url;
    this.#loading();
    const { href } = new URL(url, location.href);
    this.#deaf = cache.events((event) => {
      if (event.type === 'hit' && event.url === href) {
        this.#hit = event;
      }
    });
    this.#begin();
    return new Promise((resolve) => {
      this.#watching = cache.subscribe(url, (state) => {
        this.#show(state);
        if (!state.isLoading) {
          resolve(state.data !== undefined);
        }
      });
    });
  }

  /** @override */
  async again() {
    if (this.#watching === null || running() === null) {
      return super.again();
    }
    this.#watching.refetch();
    return true;
  }

  /** @override */
  close() {
    this.#end();
    super.close();
  }

  /**
   * @override
   * @param {boolean} isStale
   */
  dropped(isStale) {
    this.badge.cleared(this.#isFetching, isStale);
  }

  /** @override */
  connected() {
    if (this.#isFetching) {
      this.#loading();
    }
    super.connected();
  }

  /** @param {QueryState} state */
  #show({ data, error, isFetching }) {
    if (isFetching && !this.#isFetching) {
      this.#begin();
      this.#loading();
    } else if (isFetching && this.#hit !== null) {
      // Shown while a newer one is fetched, which may take until there is a network.
      this.#answered(this.#hit);
      this.#hit = null;
    } else if (!isFetching && this.#isFetching) {
      this.#isFetching = false;
      if (error === undefined) {
        this.succeeded();
        this.#answered(this.#hit ?? { source: 'network', age: 0, stale: false });
      } else {
        explained(error).then((reason) => this.failed(reason));
      }
    }
    if (data !== undefined) {
      this.onData(data);
    }
  }

  /** @param {Omit<Provenance, 'took'>} from */
  #answered({ source, age, stale }) {
    this.badge.answered({ source, age, stale, took: performance.now() - this.#began });
  }

  #loading() {
    if (isOffline()) {
      this.badge.waiting();
    } else {
      this.badge.loading();
    }
  }

  #begin() {
    this.#isFetching = true;
    this.#began = performance.now();
    this.#hit = null;
  }

  #end() {
    this.#watching?.unsubscribe();
    this.#watching = null;
    this.#deaf();
    this.#deaf = () => {};
  }
}
