// @ts-check
/**
 * Prefetches: what somebody may want soon, until it is known what came of each. Loaded when a page first wants one.
 */
import { watchConnection } from './connection.js';
import { read } from './target.js';
import { ABORT, CONNECTION, NAVIGATE, PREFETCH } from './wire.js';

/** @import { Gate } from './gate.js' */
/** @import { Call } from './request.js' */
/** @import { Reads } from './reads.js' */

/** What makes a page prefetch, in the order of the numbers, and how much it matters where nobody says so. */
const TRIGGERS = { script: 150, hover: 200, visible: 60, idle: 20, batch: 100, predicted: 40 };

/** What can come of a prefetch, by number. */
const STATUSES = ['fetched', 'cached', 'joined', 'aborted', 'failed', 'late'];
const ABORTED = 3;
/** Why nothing was sent, by number from this one. */
const SKIPPED = 10;
const REASONS = ['origin', 'path', 'data-saver', 'hidden', 'offline', 'budget', 'full', 'off'];
const ORIGIN = 10;
const OFF = 17;

/**
 * What came of a prefetch.
 * @typedef {object} Result
 * @property {string} url as it was asked for
 * @property {string} status
 * @property {string} [reason] why nothing was sent
 */

export class Prefetches {
  #gate;
  #reads;
  /** Those that are not over. @type {Map<number, (outcome: number) => void>} */ #open = new Map();

  /** What is likely to come next. @type {string[]} */ #next = [];

  /** @param {Gate} gate @param {Reads} reads */
  constructor(gate, reads) {
    this.#gate = gate;
    this.#reads = reads;
    gate.atBegin(() => watchConnection((kind, saving) => gate.tell(CONNECTION, kind, saving)));
    gate.atEnd(() => {
      for (const id of this.#open.keys()) {
        this.end(id, OFF);
      }
    });
  }

  /**
   * Asks for a URL ahead of time. The promise is never rejected.
   * @param {string | URL} url
   * @param {{ trigger?: keyof typeof TRIGGERS, priority?: number, signal?: AbortSignal }} options
   * @returns {Promise<Result>}
   */
  prefetch(url, { trigger = 'script', priority = TRIGGERS[trigger], signal }) {
    const href = read([url])?.url.href;
    return new Promise((resolve) => {
      const settle = (/** @type {number} */ outcome) => resolve(result(`${url}`, outcome));
      if (signal?.aborted) {
        settle(ABORTED);
      } else if (!href) {
        settle(ORIGIN);
      } else if (!this.#gate.allows('prefetch')) {
        settle(OFF);
      } else {
        const id = this.#reads.next();
        const abort = () => this.#gate.tell(ABORT, id);
        signal?.addEventListener('abort', abort);
        this.#open.set(id, (outcome) => {
          signal?.removeEventListener('abort', abort);
          settle(outcome);
        });
        const call = /** @type {Call} */ ({ method: 'GET', url: href });
        const args = [href, { priority: 'low' }];
        this.#reads.hold(id, { call, args, native: (list) => this.#reads.native(list) });
        const number = Object.keys(TRIGGERS).indexOf(trigger);
        const rank = Math.max(0, priority);
        this.#gate.tell(PREFETCH, id, number, rank, [href]);
      }
    });
  }

  /**
   * A page was visited: gives those that are likely enough to come next to be prefetched.
   * @param {string} url
   */
  navigate(url) {
    this.#next = [];
    this.#gate.tell(NAVIGATE, 0, 0, 0, [url]);
    return this.#next;
  }

  /** @param {string[]} pages */
  predicted(pages) {
    this.#next = pages;
  }

  /** @param {number} most @returns {any[]} */
  predict(most) {
    return parse(this.#gate.enter((client) => client.predict(most))) ?? [];
  }

  /** @param {string} url */
  explain(url) {
    return parse(this.#gate.enter((client) => client.explain(url)));
  }

  /**
   * One is over.
   * @param {number} id
   * @param {number} outcome
   */
  end(id, outcome) {
    const settle = this.#open.get(id);
    this.#open.delete(id);
    this.#reads.release(id);
    settle?.(outcome);
  }
}

/**
 * The client tells some numbers in thousandths.
 * @param {string | undefined} text
 */
function parse(text) {
  const inThousandths = /^(probability|threshold|share|count|total)$/;
  return text
    ? JSON.parse(text, (name, value) => (inThousandths.test(name) ? value / 1000 : value))
    : undefined;
}

/** @param {string} url @param {number} outcome @returns {Result} */
function result(url, outcome) {
  return outcome < SKIPPED
    ? { url, status: STATUSES[outcome] }
    : { url, status: 'skipped', reason: REASONS[outcome - SKIPPED] };
}
