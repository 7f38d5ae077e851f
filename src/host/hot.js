// @ts-check
/**
 * Answers to peeks, for as long as the client would give the same ones: nothing that is cached has changed, the data is
 * still fresh, and what other documents have written was looked at in this turn.
 */
/** @import { Gate } from './gate.js' */

/** @typedef {{ readonly data: unknown, readonly isStale: boolean }} Peeked */

/** So many are remembered. */
const MOST = 20_000;

export class Hot {
  #gate;
  #generation = 0;
  /** @type {Map<string, { until: number, peeked: Peeked }>} */ #all = new Map();

  /** @param {Gate} gate */
  constructor(gate) {
    this.#gate = gate;
  }

  /** @param {string} name of a key @returns {Peeked | undefined} */
  get(name) {
    const found = this.#gate.isCurrent ? this.#all.get(name) : undefined;
    return found && this.#generation === this.#gate.generation && Date.now() < found.until
      ? found.peeked
      : undefined;
  }

  /** @param {string} name @param {Peeked} peeked @param {number} time milliseconds */
  set(name, peeked, time) {
    if (this.#generation !== this.#gate.generation || this.#all.size === MOST) {
      this.#generation = this.#gate.generation;
      this.#all.clear();
    }
    this.#all.set(name, { until: Date.now() + time, peeked: Object.freeze(peeked) });
  }

  /** What is shown of data has changed. */
  clear() {
    this.#all.clear();
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
