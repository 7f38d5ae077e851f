// @ts-check
/**
 * Answers to peeks, for as long as the client would give the same ones: it says when what it said of a body holds no
 * longer, and what other documents have written it was asked to look at before.
 */

/** @typedef {{ readonly data: unknown, readonly isStale: boolean }} Peeked */

/**
 * @typedef {object} Kept
 * @property {string} url of the key
 * @property {Peeked} peeked
 * @property {number} body that it is of
 * @property {number} since
 * @property {number} time for which it holds, in milliseconds
 */

/** So often the client is asked all the same, so that it knows what is used and keeps that. Milliseconds. */
const LONGEST = 10_000;

export class Hot {
  /** By the name of a key. @type {Map<string, Kept>} */ #all = new Map();
  /** Names by body, one for each: there is no more of it than there are bodies. @type {Map<number, string>} */
  #names = new Map();

  /** @param {string} name of a key @returns {Kept | undefined} */
  get(name) {
    const found = this.#all.get(name);
    // The clock may have been set back.
    const age = found ? Date.now() - found.since : -1;
    return found && age >= 0 && age < Math.min(found.time, LONGEST) ? found : undefined;
  }

  /** @param {string} name @param {Kept} kept */
  set(name, kept) {
    if (kept.time) {
      this.drop(kept.body);
      this.#all.set(name, kept);
      this.#names.set(kept.body, name);
    }
  }

  /** What was said of a body holds no longer. @param {number} body or 0 for all */
  drop(body) {
    if (body === 0) {
      return this.clear();
    }
    const name = this.#names.get(body);
    if (name !== undefined) {
      this.#names.delete(body);
      this.#all.delete(name);
    }
  }

  /** Nothing that was said holds any longer. */
  clear() {
    this.#all.clear();
    this.#names.clear();
  }
}

/**
 * A name for a key whose meaning does not depend on where the page is; nothing where that would cost more than to ask.
 * @param {unknown} key
 * @returns {string | undefined}
 */
export function nameOf(key) {
  if (typeof key === 'string') {
    return key.startsWith('.') ? undefined : key;
  }
  // No text that is a key begins so.
  return Array.isArray(key) && key.every(isPlain) ? `\n${JSON.stringify(key)}` : undefined;
}

/** @param {unknown} part */
function isPlain(part) {
  return typeof part === 'string' || typeof part === 'number' || part === null;
}
