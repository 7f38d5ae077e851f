// @ts-check
/**
 * What mutations that are not done make of data. The client says which of them count for a URL, and in which order;
 * a URL for which none counts costs a look into a map.
 */
import { apply } from './operations.js';

/** @import { Change, Mutation } from './mutation.js' */

/**
 * @typedef {object} Pile
 * @property {number[]} ids
 * @property {unknown} base what was last shown of it
 * @property {unknown} data as it was shown
 */

export class Layers {
  #changed;
  #failed;
  /** Mutations whose changes may count. @type {Map<number, Mutation>} */ #mutations = new Map();
  #flags;
  /** By URL. @type {Map<string, Pile>} */ #piles = new Map();
  /** Changes that can't be applied, and are no more. @type {WeakSet<Change>} */ #dropped =
    new WeakSet();

  /**
   * @param {(url: string) => void} changed what is shown of it is no longer right
   * @param {(subject: string) => void} failed a change could not be applied
   * @param {{ off: Set<string> }} flags
   */
  constructor(changed, failed, flags) {
    this.#changed = changed;
    this.#flags = flags;
    this.#failed = failed;
  }

  /** @param {Mutation} mutation */
  add(mutation) {
    this.#mutations.set(mutation.id, mutation);
  }

  /**
   * Which mutations count for a URL.
   * @param {string} url
   * @param {number[]} ids
   */
  set(url, ids) {
    const before = this.#piles.get(url)?.ids ?? [];
    if (ids.length) {
      this.#piles.set(url, { ids, base: undefined, data: undefined });
    } else {
      this.#piles.delete(url);
    }
    this.#changed(url);
    for (const id of before) {
      this.forget(id);
    }
  }

  /** Forgets a mutation that is over, unless it still counts. @param {number} id */
  forget(id) {
    if (this.#mutations.get(id)?.outcome !== undefined) {
      for (const { ids } of this.#piles.values()) {
        if (ids.includes(id)) {
          return;
        }
      }
      this.#mutations.delete(id);
    }
  }

  /** None counts any more; what is shown stays as it is. */
  clear() {
    this.#piles.clear();
    this.#mutations.clear();
  }

  /** The URLs for which any counts, and how many. @returns {[url: string, count: number][]} */
  get list() {
    return [...this.#piles].map(([url, { ids }]) => [url, ids.length]);
  }

  /** Whether any counts. @param {string} url */
  has(url) {
    return this.#pile(url) !== undefined;
  }

  /** Whether any of them is shown has changed. */
  redraw() {
    for (const url of this.#piles.keys()) {
      this.#changed(url);
    }
  }

  /**
   * What is shown of data.
   * @param {string} url
   * @param {unknown} base
   */
  over(url, base) {
    const pile = this.#pile(url);
    if (!pile || base === undefined) {
      return base;
    }
    if (pile.base !== base) {
      const data = this.at(url)(base);
      Object.assign(pile, { base, data });
    }
    return pile.data;
  }

  /**
   * What would be shown now of data that is still on its way.
   * @param {string} url
   * @returns {(base: unknown) => unknown}
   */
  at(url) {
    const ids = this.#pile(url)?.ids ?? [];
    const mutations = ids.flatMap((id) => this.#mutations.get(id) ?? []);
    return (base) => mutations.reduce((data, mutation) => this.#apply(url, mutation, data), base);
  }

  /** What is shown; nothing while that is turned off. @param {string} url */
  #pile(url) {
    return this.#flags.off.has('optimistic') ? undefined : this.#piles.get(url);
  }

  /** @param {string} url @param {Mutation} mutation @param {unknown} base */
  #apply(url, { changes, variables }, base) {
    let data = base;
    for (const change of changes.get(url) ?? []) {
      if (!this.#dropped.has(change)) {
        const { update } = change;
        try {
          const next = typeof update === 'function' ? update(data, variables) : apply(update, data);
          data = next === undefined ? data : next;
        } catch (error) {
          this.#dropped.add(change);
          this.#failed(`${url}: ${error}`);
        }
      }
    }
    return data;
  }
}
