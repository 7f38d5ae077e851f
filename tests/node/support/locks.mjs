/** Exclusive locks, as the documents of an origin share them. */
export class Locks {
  /** @type {Map<string, Promise<unknown>>} */ #ends = new Map();

  /**
   * @param {string} name
   * @param {{ signal: AbortSignal }} options
   * @param {() => unknown} held
   */
  request(name, { signal }, held) {
    const before = this.#ends.get(name) ?? Promise.resolve();
    const turn = new Promise((resolve, reject) => {
      before.then(resolve);
      signal.addEventListener('abort', () => reject(signal.reason));
    });
    const over = turn.then(() => held());
    this.#ends.set(name, Promise.allSettled([before, over]));
    return over;
  }
}
