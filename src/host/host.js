// @ts-check
/**
 * Promises around the synchronous client: reads, flights and writes of one document.
 *
 * The client calls the methods of {@link Host} while it performs effects; those that reach the page or
 * the network only take a note, and are done when the client has returned.
 */
import { dropAll } from './early.js';
import { flightInit, pick } from './request.js';
import { CachedResponse, keep, pack, unpack } from './response.js';

/** @import { Call } from './request.js' */
/** @import { StoredBody } from './response.js' */
/** @import { Client, Failure } from './main.js' */

/** A write's answer is held back at most this many milliseconds to look for fields in its body. */
const PATIENCE = 1000;

const STREAMING = /^\s*(text\/event-stream|multipart\/x-mixed-replace)/i;

/**
 * A `fetch` call as it was made.
 * @typedef {object} Made
 * @property {Call} call
 * @property {any[]} args
 * @property {(args: any[]) => Promise<Response>} native
 */

/**
 * @typedef {object} Read
 * @property {Made} made
 * @property {Promise<Response> | undefined} outcome
 * @property {((outcome: Promise<Response>) => void) | undefined} resolve once a promise was given out
 * @property {number} flights started with its arguments and still under way
 * @property {(() => void) | undefined} release stops listening to its signal
 */

/**
 * @typedef {object} Flight
 * @property {number} id
 * @property {number} read
 * @property {Made} made
 * @property {AbortController} controller
 * @property {Response | undefined} response
 * @property {unknown} error
 * @property {unknown} reason of the last abort
 */

export class Host {
  /** @type {'early' | 'ready' | 'over'} */
  state = 'early';
  /** @type {Client | undefined} */ #client;
  /** @type {string[]} */ #names = [];
  /** @type {Failure} */ #Failure;
  #last = 0;
  /** @type {Map<number, Read>} */ #reads = new Map();
  /** @type {Map<number, Flight>} */ #flights = new Map();
  /** @type {Map<number, { sent: boolean, go: (() => void) | undefined }>} */ #writes = new Map();
  /** @type {(() => void)[]} Done once the client has returned. */ #later = [];
  /** @type {Map<number, number[]>} Reads that wait for each flight's response. */ #network = new Map();
  /** @type {Map<number, string[]>} Bodies to read, and the fields to look for. */ #bodies = new Map();

  /** @param {Failure} Failure */
  constructor(Failure) {
    this.#Failure = Failure;
  }

  /**
   * From now on the client decides.
   * @param {Client} client
   * @param {string[]} names the response headers that it reads
   */
  attach(client, names) {
    this.#client = client;
    this.#names = names;
    this.state = 'ready';
    this.enter((it) => it.start());
  }

  /**
   * The one way into the client. What it throws on purpose is passed on; anything else is its end.
   * @template T
   * @param {(client: Client) => T} work
   * @returns {T | undefined}
   */
  enter(work) {
    if (this.state !== 'ready' || !this.#client) {
      return undefined;
    }
    let value;
    try {
      value = work(this.#client);
    } catch (/** @type {any} */ error) {
      if (typeof error?.code === 'string') {
        throw new this.#Failure(error.code, error.message);
      }
      this.abandon(`${error}`);
    }
    this.#settle();
    return value;
  }

  /**
   * A read, as far as the client wants it.
   * @param {Made} made
   * @returns {Promise<Response>}
   */
  read(made) {
    const { call, native, args } = made;
    const id = ++this.#last;
    /** @type {Read} */
    const read = { made, outcome: undefined, resolve: undefined, flights: 0, release: undefined };
    this.#reads.set(id, read);
    const { method, url, headers, cache, variant, opaque, signal } = call;
    const given = headers?.length ? headers : undefined;
    this.enter((client) => client.read(id, method, url, given, cache, variant, opaque));
    if (read.outcome) {
      return read.outcome;
    }
    if (this.state !== 'ready') {
      return native(args);
    }
    if (signal) {
      const abort = () => this.#aborted(id, read, signal);
      signal.addEventListener('abort', abort);
      read.release = () => signal.removeEventListener('abort', abort);
    }
    return new Promise((resolve) => {
      read.resolve = resolve;
    });
  }

  /**
   * A write. Its intent is in storage before it is sent, and its answer is known to the client before it
   * is to the page.
   * @param {Made} made
   * @returns {Promise<Response>}
   */
  write({ call, native, args }) {
    const { method, url, headers, cache, variant, opaque, body } = call;
    const id = ++this.#last;
    const names = this.enter((client) => client.writeFields(method, url)) ?? [];
    /** @type {{ sent: boolean, go: (() => void) | undefined }} */
    const write = { sent: false, go: undefined };
    this.#writes.set(id, write);
    const given = headers?.length ? headers : undefined;
    const found = pick(body, names);
    this.enter((client) => client.write(id, method, url, given, cache, variant, opaque, found));
    // The page's body is consumed within its own call, so there is no waiting where there need be none.
    const sent =
      write.sent || this.state !== 'ready'
        ? native(args)
        : new Promise((resolve) => {
            write.go = () => resolve(native(args));
          });
    return sent.then(
      (response) => this.#answered(id, response, names),
      (error) => {
        this.enter((client) => client.unanswered(id));
        throw error;
      },
    );
  }

  /**
   * Tells the client of an answer that it had no part in.
   * @param {Call} call
   * @param {Response} response
   */
  observe({ method, url }, response) {
    try {
      this.enter((client) => client.observed(method, url, ...this.#head(response)));
    } catch {
      // Whatever this response is, it is the page's, and stays as it is.
    }
    return response;
  }

  /** Ends the client's part; what still waits is answered natively. */
  close() {
    this.enter((client) => client.close());
    this.#over();
  }

  // What the client calls.

  /** @param {number} id @param {number} read @param {boolean} reload */
  send(id, read, reload) {
    const source = this.#reads.get(read);
    if (!source) {
      this.#later.push(() => this.enter((client) => client.failed(id)));
      return;
    }
    source.flights += 1;
    const { made } = source;
    const controller = new AbortController();
    /** @type {Flight} */
    const flight = { id, read, made, controller, response: undefined, error: undefined, reason: undefined };
    this.#flights.set(id, flight);
    const cache = reload || made.call.reload ? 'reload' : 'no-cache';
    this.#later.push(() => {
      const init = flightInit(made.args, cache, controller.signal);
      attempt(() => made.native([made.args[0], init])).then(
        (response) => this.#arrived(flight, response),
        (error) => this.#lost(flight, error),
      );
    });
  }

  /** @param {number} id */
  abort(id) {
    const flight = this.#flights.get(id);
    if (flight) {
      this.#later.push(() => flight.controller.abort(flight.reason));
    }
  }

  /** @param {number} id @param {string[]} fields */
  readBody(id, fields) {
    this.#bodies.set(id, fields);
  }

  /** @param {number} id @param {StoredBody} body @param {number} age @param {string} status */
  deliver(id, body, age, status) {
    const read = this.#reads.get(id);
    if (read) {
      this.#answer(id, read, attempt(() => new CachedResponse(body, age, status)));
    }
  }

  /** @param {number} id @param {number} flight */
  deliverNetwork(id, flight) {
    const waiting = this.#network.get(flight);
    if (waiting) {
      waiting.push(id);
    } else {
      this.#network.set(flight, [id]);
    }
  }

  /** @param {number} id @param {number} flight */
  reject(id, flight) {
    const read = this.#reads.get(id);
    if (read) {
      this.#answer(id, read, Promise.reject(this.#flights.get(flight)?.error));
    }
  }

  /** @param {number} id */
  pass(id) {
    const read = this.#reads.get(id);
    if (read) {
      this.#later.push(() => this.#goNative(id, read));
    }
  }

  /** @param {number} id */
  sendWrite(id) {
    const write = this.#writes.get(id);
    if (write) {
      write.sent = true;
      this.#writes.delete(id);
      this.#later.push(() => write.go?.());
    }
  }

  /** @param {number} id */
  endFlight(id) {
    this.#later.push(() => {
      const flight = this.#flights.get(id);
      const read = flight && this.#reads.get(flight.read);
      this.#flights.delete(id);
      if (flight && read) {
        read.flights -= 1;
        this.#forget(flight.read, read);
      }
    });
  }

  /** @param {StoredBody} body */
  pack(body) {
    return pack(body);
  }

  /** @param {string} text */
  unpack(text) {
    return unpack(text);
  }

  /**
   * The client is broken: everything goes on natively, and what is stored is dropped, since writes may
   * now pass unseen.
   * @param {string} message
   */
  abandon(message) {
    if (this.state !== 'over') {
      console.warn(`everfresh: ${message}. The page goes on without its cache.`);
      this.#over();
      dropAll();
    }
  }

  #over() {
    this.state = 'over';
    for (const read of this.#reads.values()) {
      read.release?.();
      read.resolve?.(attempt(() => read.made.native(read.made.args)));
    }
    for (const write of this.#writes.values()) {
      write.go?.();
    }
    this.#reads.clear();
    this.#flights.clear();
    this.#writes.clear();
    this.#client = undefined;
  }

  /** Does what was noted: bodies first, which must be copied before the page has them. */
  #settle() {
    for (const [id, fields] of take(this.#bodies)) {
      this.#collect(id, fields);
    }
    for (const [id, reads] of take(this.#network)) {
      this.#handOut(id, reads);
    }
    for (const work of this.#later.splice(0)) {
      work();
    }
  }

  /** @param {number} id @param {Read} read @param {Promise<Response>} outcome */
  #answer(id, read, outcome) {
    read.outcome ??= outcome;
    read.resolve?.(outcome);
    this.#later.push(() => this.#forget(id, read));
  }

  /** @param {number} id @param {Read} read */
  #forget(id, read) {
    if (read.outcome && !read.flights) {
      read.release?.();
      this.#reads.delete(id);
    }
  }

  /** @param {number} id @param {Read} read */
  #goNative(id, read) {
    const { call, native, args } = read.made;
    this.#answer(id, read, attempt(() => native(args)).then((response) => this.observe(call, response)));
    this.#forget(id, read);
  }

  /** @param {number} id @param {Read} read @param {AbortSignal} signal */
  #aborted(id, read, signal) {
    const { url } = read.made.call;
    for (const flight of this.#flights.values()) {
      flight.reason = flight.made.call.url === url ? signal.reason : flight.reason;
    }
    const answered = read.outcome;
    if (!answered) {
      read.outcome = Promise.reject(signal.reason);
      read.resolve?.(read.outcome);
    }
    this.enter((client) => client.abort(id));
    // Its body is still on its way: it breaks off, as native's does, unless others wait for it too.
    const waited = [...this.#reads.values()].some((other) => !other.outcome && other.made.call.url === url);
    if (answered && !waited) {
      for (const flight of this.#flights.values()) {
        if (flight.read === id) {
          flight.controller.abort(signal.reason);
        }
      }
    }
    this.#forget(id, read);
  }

  /** @param {Flight} flight @param {Response} response */
  #arrived(flight, response) {
    flight.response = response;
    this.enter((client) => client.responded(flight.id, ...this.#head(response)));
  }

  /** @param {Flight} flight @param {unknown} error */
  #lost(flight, error) {
    flight.error = error;
    this.enter((client) => client.failed(flight.id));
  }

  /** @param {number} id @param {string[]} fields */
  #collect(id, fields) {
    const flight = this.#flights.get(id);
    const response = flight?.response;
    if (!response) {
      return;
    }
    // Where nobody is given the response its body need not be copied.
    attempt(() => keep(this.#network.has(id) ? response.clone() : response)).then(
      (body) => {
        const text = typeof body.data === 'string';
        const size = typeof body.data === 'string' ? body.data.length : body.data.byteLength;
        const found = pick(body.data, fields);
        this.enter((client) => client.body(id, body, size, text, found));
      },
      (error) => this.#lost(flight, error),
    );
  }

  /** @param {number} id @param {number[]} reads */
  #handOut(id, reads) {
    const response = this.#flights.get(id)?.response;
    reads.forEach((key, index) => {
      const read = this.#reads.get(key);
      if (!read || read.outcome) {
        return;
      }
      try {
        if (!response) {
          throw new TypeError();
        }
        this.#answer(key, read, Promise.resolve(index === reads.length - 1 ? response : response.clone()));
      } catch {
        this.#goNative(key, read);
      }
    });
  }

  /** @param {number} id @param {Response} response @param {string[]} names */
  #answered(id, response, names) {
    /** @param {string[]} found */
    const tell = (found) => {
      this.enter((client) => client.answered(id, ...this.#head(response), found));
      return response;
    };
    const { headers, ok } = response;
    const json = /^[^;]*[/+]json\b/i.test(headers.get('content-type') ?? '');
    if (!names.length || !ok || !json || headers.has('x-cache-invalidate')) {
      return tell([]);
    }
    const text = attempt(() => response.clone().text()).then((body) => pick(body, names));
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, []));
    return Promise.race([text, late]).then(tell, () => tell([]));
  }

  /**
   * Status, headers, URL after redirects, and whether it can't be read whole.
   * @param {Response} response
   * @returns {[number, string[], string | undefined, boolean]}
   */
  #head({ status, headers, redirected, url, type }) {
    const list = this.#names.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [name, value];
    });
    const unreadable = type.startsWith('opaque') || STREAMING.test(headers.get('content-type') ?? '');
    return [status, list, redirected ? url : undefined, unreadable];
  }
}

/**
 * A promise also where the work throws at once.
 * @template T
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
function attempt(work) {
  return new Promise((resolve) => resolve(work()));
}

/**
 * @template K, V
 * @param {Map<K, V>} map
 */
function take(map) {
  const entries = [...map];
  map.clear();
  return entries;
}
