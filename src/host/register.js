// @ts-check
/**
 * The mutations that are not done, as the page sees them.
 */

/** What it is at, by the number that the client has for it. */
const STATUS = ['queued', 'sending', 'waiting', 'paused', 'dead'];
export const SENDING = 1;
export const DEAD = 4;

/**
 * @typedef {object} Item what is shown of a mutation
 * @property {number} id the client's number
 * @property {string} key for idempotency; the page's name for it
 * @property {number} status
 * @property {number} attempts
 * @property {boolean} durable
 * @property {string} scope
 * @property {string} method
 * @property {string} url
 * @property {Map<string, unknown>} changes by URL
 * @property {number} submittedAt
 * @property {unknown} error
 */

export class Register {
  #retry;
  #discard;
  /** @type {Map<string, Item>} */ #items = new Map();
  /** @type {Set<(list: readonly object[]) => void>} */ #listeners = new Set();
  /** @type {readonly any[] | undefined} */ #list;
  #waiting = false;

  /**
   * @param {(id: number) => void} retry
   * @param {(id: number) => void} discard
   */
  constructor(retry, discard) {
    this.#retry = retry;
    this.#discard = discard;
  }

  /** Those that are there, in the order of their submission; another list after each change. */
  get list() {
    this.#list ??= Object.freeze(
      [...this.#items.values()]
        .sort((a, b) => a.submittedAt - b.submittedAt || a.id - b.id)
        .map(info),
    );
    return this.#list;
  }

  get isPending() {
    return this.list.some(({ status }) => status !== STATUS[DEAD]);
  }

  /** @param {(list: readonly object[]) => void} listener */
  subscribe(listener) {
    // Each subscription ends by itself, also that of a function that listens twice.
    const entry = (/** @type {readonly object[]} */ list) => listener(list);
    this.#listeners.add(entry);
    return () => {
      this.#listeners.delete(entry);
    };
  }

  /** @param {string} key */
  retry(key) {
    const item = this.#items.get(key);
    if (item?.status === DEAD) {
      this.#retry(item.id);
    }
  }

  /** @param {string} key */
  discard(key) {
    const item = this.#items.get(key);
    if (item) {
      this.#discard(item.id);
    }
  }

  /** Lists it, or says that it has changed. @param {Item} item */
  set(item) {
    this.#items.set(item.key, item);
    this.#changed();
  }

  /** @param {Item} item */
  delete(item) {
    // Another client may have taken it out of storage once more.
    if (this.#items.get(item.key) === item) {
      this.#items.delete(item.key);
      this.#changed();
    }
  }

  /** Tells of all that changes within a task at once. */
  #changed() {
    this.#list = undefined;
    if (this.#waiting) {
      return;
    }
    this.#waiting = true;
    queueMicrotask(() => {
      this.#waiting = false;
      for (const listener of this.#listeners) {
        try {
          listener(this.list);
        } catch (error) {
          reportError(error);
        }
      }
    });
  }
}

/** @param {Item} item */
function info({ key, status, durable, scope, method, url, changes, attempts, submittedAt, error }) {
  return Object.freeze({
    id: key,
    status: STATUS[status],
    durable,
    scope: scope || undefined,
    method,
    url,
    keys: [...changes.keys()],
    attempts,
    submittedAt,
    error,
  });
}
