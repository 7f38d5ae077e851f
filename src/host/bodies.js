// @ts-check
/**
 * Bodies of answers by number, so that none of them ever crosses into the wasm.
 */
/** @import { StoredBody } from './response.js' */

export class Bodies {
  #last = 0;
  /** @type {Map<number, StoredBody>} */ #bodies = new Map();

  /** @param {StoredBody} body */
  add(body) {
    this.#bodies.set(++this.#last, body);
    return this.#last;
  }

  /** @param {number} id */
  get(id) {
    return this.#bodies.get(id);
  }

  /** @param {number} id */
  drop(id) {
    this.#bodies.delete(id);
  }
}
