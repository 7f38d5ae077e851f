// @ts-check
/**
 * Calls of `fetch` that ask for something, until they are answered.
 */
import { bodiless, CachedResponse } from './response.js';
import { ABORT, READ } from './wire.js';

/** @import { Gate } from './gate.js' */
/** @import { Call } from './request.js' */
/** @import { StoredBody } from './response.js' */

/** @typedef {(args: any[]) => Promise<Response>} Native */

/**
 * A `fetch` call as it was made.
 * @typedef {object} Made
 * @property {Call} call
 * @property {any[]} args
 * @property {Native} native
 * @property {(response: Response) => Promise<any>} [finish] makes of the response what the page is given
 */

/**
 * @typedef {object} Read
 * @property {Made} made
 * @property {Promise<Response> | undefined} outcome
 * @property {((outcome: Promise<Response>) => void) | undefined} resolve where a promise was given out before
 */

export class Reads {
  /** Native `fetch`. @type {Native} */
  native = (args) => Reflect.apply(fetch, undefined, args);
  /** What stands between calls and native `fetch`. @type {((args: any[], native: Native) => Promise<Response>) | undefined} */
  simulated;
  #gate;
  #observe;
  #last = 0;
  /** @type {Map<number, Read>} */ #reads = new Map();

  /**
   * @param {Gate} gate
   * @param {(call: Call, response: Response) => void} observe tells the client of an answer
   */
  constructor(gate, observe) {
    this.#gate = gate;
    this.#observe = observe;
    gate.atEnd(() => {
      for (const { made, resolve } of this.#reads.values()) {
        resolve?.(natively(made));
      }
      this.#reads.clear();
    });
  }

  /**
   * Asks the client.
   * @param {Made} made
   * @returns {Promise<Response>}
   */
  read(made) {
    return this.ask(made, READ, 0, []);
  }

  /**
   * As {@link read}, by another input.
   * @param {Made} made
   * @param {number} kind
   * @param {number} c
   * @param {string[]} lines in front of those of the call
   * @returns {Promise<any>}
   */
  ask(made, kind, c, lines) {
    const { signal } = made.call;
    const id = this.next();
    const read = this.hold(id, made);
    this.tell(kind, id, c, made.call, lines);
    if (read.outcome || !this.#gate.isOpen) {
      return read.outcome ?? natively(made);
    }
    const waiting = new Promise((resolve) => {
      read.resolve = resolve;
    });
    return signal ? this.#abortable(id, signal, waiting) : waiting;
  }

  /** A native `fetch`, or what is simulated. @param {Native} native @returns {Native} */
  through(native) {
    return (args) => (this.simulated ? this.simulated(args, native) : native(args));
  }

  /** A number for a read. */
  next() {
    return ++this.#last;
  }

  /** @param {number} kind @param {number} id @param {number} c @param {Call} call @param {string[]} lines */
  tell(kind, id, c, { method, url, headers, cache, variant, opaque }, lines) {
    const flags = 2 * cache + +opaque;
    this.#gate.tell(kind, id, flags, c, [...lines, method, url, variant, ...headers]);
  }

  /**
   * Remembers how a read was made.
   * @param {number} id
   * @param {Made} made
   */
  hold(id, made) {
    /** @type {Read} */
    const read = { made, outcome: undefined, resolve: undefined };
    this.#reads.set(id, read);
    return read;
  }

  /** @param {number} id */
  release(id) {
    this.#reads.delete(id);
  }

  /**
   * The arguments of a read, until it has been answered and the client has returned.
   * @param {number} id
   */
  made(id) {
    return this.#reads.get(id)?.made;
  }

  /** @param {number} id @param {StoredBody | undefined} body @param {number} age @param {string} status */
  deliver(id, body, age, status) {
    if (body) {
      this.answer(
        id,
        ({ call }) =>
          new CachedResponse(call.method === 'HEAD' ? bodiless(body) : body, age, status),
      );
    } else {
      this.pass(id);
    }
  }

  /** @param {number} id @param {unknown} error */
  reject(id, error) {
    this.answer(id, () => Promise.reject(error));
  }

  /**
   * There is no answer, and the network must not be asked.
   * @param {number} id
   * @param {number} status 0: fails as `fetch` does
   */
  refuse(id, status) {
    this.answer(id, () =>
      status
        ? new Response(null, { status, statusText: 'Gateway Timeout' })
        : Promise.reject(new TypeError('Failed to fetch')),
    );
  }

  /** @param {number} id */
  pass(id) {
    this.answer(id, ({ call, args, native, finish }) =>
      native(args).then((response) => {
        this.#observe(call, response);
        return finish ? finish(response) : response;
      }),
    );
  }

  /**
   * Answers a read, if it still waits.
   * @param {number} id
   * @param {(made: Made) => Response | Promise<Response>} work
   */
  answer(id, work) {
    const read = this.#reads.get(id);
    if (read && !read.outcome) {
      read.outcome = attempt(() => work(read.made));
      read.resolve?.(read.outcome);
      this.#gate.later(() => this.#reads.delete(id));
    }
  }

  /** @param {number} id @param {AbortSignal} signal @param {Promise<Response>} waiting */
  #abortable(id, signal, waiting) {
    const abort = () => {
      this.reject(id, signal.reason);
      this.#gate.tell(ABORT, id);
    };
    signal.addEventListener('abort', abort);
    return waiting.finally(() => signal.removeEventListener('abort', abort));
  }
}

/** @param {Made} made */
function natively({ native, args, finish }) {
  const answer = attempt(() => native(args));
  return finish ? answer.then(finish) : answer;
}

/**
 * A promise also where the work throws at once.
 * @template T
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export function attempt(work) {
  return new Promise((resolve) => resolve(work()));
}
