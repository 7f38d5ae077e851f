// @ts-check
/**
 * Answers to mutations of ours that another document has sent. It tells of them, since nobody reads them out of storage.
 */
/** @import { Mutation } from './mutation.js' */
/** @import { StoredBody } from './response.js' */

/** What is known to be over is told of within this many milliseconds, or not at all. */
const PATIENCE = 1000;

export class Elsewhere {
  #find;
  /** What to do with what comes, by idempotency key. @type {Map<string, (body?: StoredBody) => void>} */
  #waiting = new Map();

  /** @param {(key: string) => Mutation | undefined} find one of ours that is not over */
  constructor(find) {
    this.#find = find;
  }

  /** Another document tells of an answer to what may be ours. @param {any} answer */
  told(answer) {
    const { key, body } = Object(answer);
    const mutation = this.#find(key);
    if (mutation) {
      mutation.told = body;
    }
    this.#waiting.get(key)?.(body);
  }

  /**
   * Gives the answer that ended a mutation, or nothing where it is not told of.
   * @param {Mutation} mutation
   * @param {(status: number) => boolean} fits whether it can be that
   * @param {(body?: StoredBody) => void} then
   */
  hear({ key, told, isAwaited }, fits, then) {
    /** @param {StoredBody} [body] */
    const end = (body) => {
      if (!body || fits(body.status)) {
        clearTimeout(timer);
        this.#waiting.delete(key);
        then(body);
      }
    };
    const timer = setTimeout(end, isAwaited ? PATIENCE : 0);
    this.#waiting.set(key, end);
    if (told) {
      end(told);
    }
  }
}
