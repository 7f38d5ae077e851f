// @ts-check
/**
 * Bodies of answers by number, so that none of them ever crosses into the wasm.
 */
import { Hot } from './hot.js';

/** @import { StoredBody } from './response.js' */

export class Bodies {
  /** What peeks were told of them. */
  said = new Hot();
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

  /**
   * What was made of it before keeps its headers.
   * @param {number} id
   * @param {string[]} headers
   */
  freshen(id, headers) {
    const body = this.#bodies.get(id);
    if (body) {
      this.said.drop(id);
      this.#bodies.set(id, { ...body, headers });
    }
  }

  /** None is kept any more. */
  clear() {
    this.said.clear();
    this.#bodies.clear();
  }

  /** @param {number} id */
  drop(id) {
    this.said.drop(id);
    this.#bodies.delete(id);
  }
}
