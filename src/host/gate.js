// @ts-check
/**
 * The one way into the client, and what is done once it has returned.
 */
/** @import { Client, Failure } from './boundary.js' */

export class Gate {
  /** The response headers that the client reads. @type {string[]} */
  names = [];
  /** @type {Client | undefined} */ #client;
  /** The class of our errors. */
  Failure;
  #broken;
  /** @type {(() => void)[]} */ #first = [];
  /** @type {(() => void)[]} */ #later = [];
  /** @type {(() => any)[]} */ #begins = [];
  /** @type {(() => void)[]} */ #ends = [];
  /** What has begun with this client, and ends with it. @type {any[]} */ #begun = [];
  /** @type {Set<() => void>} */ #before = new Set();
  /** What feature flags have turned off, by name: see `features.ts`. @type {Set<string>} */
  off = new Set();
  /** The client was told of something, or has looked at what there is. */
  entered = () => {};
  #hasLooked = false;
  #turnIsOver = () => {
    this.#hasLooked = false;
  };

  /**
   * @param {Failure} Failure the class of our errors
   * @param {(message: string) => void} broken what to do when the client breaks
   */
  constructor(Failure, broken) {
    this.Failure = Failure;
    this.#broken = broken;
  }

  /**
   * From now on a client decides; there may be another one after its end.
   * @param {() => Client} make
   */
  open(make) {
    this.#client = this.#guard(make);
    this.enter((client) => client.start());
    if (!this.#client) {
      throw new this.Failure('wasm-unavailable', 'the wasm broke while it started');
    }
    for (const work of this.#begins) {
      this.#begun.push(work());
    }
  }

  /**
   * Calls the client. What it throws on purpose is passed on; anything else is its end. Gives nothing
   * where there is no client.
   * @template T
   * @param {(client: Client) => T} work
   * @returns {T | undefined}
   */
  enter(work) {
    for (const look of this.#before) {
      look();
    }
    const client = this.#client;
    if (!client) {
      return undefined;
    }
    const value = this.#guard(() => work(client));
    for (const list of [this.#first, this.#later]) {
      for (const next of list.splice(0)) {
        // Where one of these ends the client, the rest ends with it.
        if (this.#client) {
          next();
        }
      }
    }
    return value;
  }

  /**
   * Has the client know what there is to know: what other documents have written, unless that was looked at in this turn,
   * and what is under way and enters by itself.
   */
  look() {
    if (!this.#hasLooked || this.#before.size) {
      this.enter((client) => client.look());
      this.#noteLook();
    }
  }

  /**
   * Tells the client of something: see `wire.js`.
   * @param {number} kind
   * @param {number} [a]
   * @param {number} [b]
   * @param {number} [c]
   * @param {string[]} [lines]
   */
  tell(kind, a = 0, b = 0, c = 0, lines = []) {
    this.enter((client) => client.tell(kind, a, b, c, lines.join('\n')));
    this.#noteLook();
  }

  /**
   * Does this once the client has returned, as everything must be done that reaches the page or the network.
   * @param {() => void} work
   */
  later(work) {
    this.#later.push(work);
  }

  /**
   * As {@link later}, before all that.
   * @param {() => void} work
   */
  first(work) {
    this.#first.push(work);
  }

  /**
   * Does this each time before the client is called, until the function given back is called.
   * @param {() => void} work
   */
  before(work) {
    this.#before.add(work);
    return () => this.#before.delete(work);
  }

  /**
   * Does this when there is a client: now, and each time that there is another one. What it gives is done at its end.
   * @param {() => void | (() => void)} work
   */
  atBegin(work) {
    this.#begins.push(work);
    if (this.isOpen) {
      this.#begun.push(work());
    }
  }

  /**
   * Does this each time that there is no client any more.
   * @param {() => void} work
   */
  atEnd(work) {
    this.#ends.push(work);
  }

  /** Whether there is a client, and a feature is on. @param {string} feature */
  allows(feature) {
    return this.isOpen && !this.off.has(feature);
  }

  /** Whether there is a client. */
  get isOpen() {
    return this.#client !== undefined;
  }

  /** The client has looked at what there is: that holds until this turn is over. */
  #noteLook() {
    if (!this.#hasLooked) {
      this.#hasLooked = true;
      this.entered();
      queueMicrotask(this.#turnIsOver);
    }
  }

  /** Ends the client's part: what waits for it is answered natively. */
  close() {
    if (!this.#client) {
      return;
    }
    this.#client = undefined;
    this.#before.clear();
    this.#first = [];
    this.#later = [];
    for (const work of [...this.#begun.splice(0), ...this.#ends]) {
      work?.();
    }
  }

  /**
   * The client is broken.
   * @param {string} message
   */
  #abandon(message) {
    this.close();
    this.#broken(message);
  }

  /**
   * @template T
   * @param {() => T} work
   * @returns {T | undefined}
   */
  #guard(work) {
    try {
      return work();
    } catch (/** @type {any} */ error) {
      if (typeof error === 'string') {
        throw new this.Failure('config-invalid', error);
      }
      this.#abandon(`${error}`);
      return undefined;
    }
  }
}
