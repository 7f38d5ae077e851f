// @ts-check
/**
 * Who hears of events.
 */

/** @import { Gate } from './gate.js' */

export class Listeners {
  #gate;
  /** @type {Set<(event: any) => void>} */ #all = new Set();

  /** @param {Gate} gate */
  constructor(gate) {
    this.#gate = gate;
  }

  /**
   * Calls `listener` with every event, until the function given back is called.
   * @param {(event: any) => void} listener
   */
  add(listener) {
    // Each subscription ends by itself, also that of a function that listens twice.
    const entry = (/** @type {any} */ event) => listener(event);
    this.#all.add(entry);
    this.count();
    return () => {
      this.#all.delete(entry);
      this.count();
    };
  }

  /** Tells of an event, once the client has returned. @param {string} text */
  emit(text) {
    const event = JSON.parse(text);
    for (const listener of this.#all) {
      this.#gate.later(() => notify(listener, event));
    }
  }

  /** Tells of something wrong, with or without a client. @param {string} code @param {string} subject */
  problem(code, subject) {
    this.announce({ type: 'problem', code, subject });
  }

  /** Tells of an event that is none of the client's. @param {object} event */
  announce(event) {
    for (const listener of this.#all) {
      notify(listener, event);
    }
  }

  /** Tells the client whether anybody listens. */
  count() {
    this.#gate.enter((client) => client.listen(this.#all.size > 0));
  }
}

/**
 * One that throws is reported and harms nothing.
 * @param {(event: unknown) => void} listener
 * @param {unknown} event
 */
function notify(listener, event) {
  try {
    listener(event);
  } catch (error) {
    reportError(error);
  }
}
