// @ts-check
/**
 * Requests that the client asked for.
 */
import { refusal, sizeOf } from './data.js';
import { head } from './head.js';
import { attempt } from './reads.js';
import { flightInit, pick } from './request.js';
import { keep, merged } from './response.js';
import { ABORT, BYTES, FAILED, RESPONDED, TEXT } from './wire.js';

/** @import { Bodies } from './bodies.js' */
/** @import { Gate } from './gate.js' */
/** @import { Made, Reads } from './reads.js' */

/**
 * @typedef {object} Flight
 * @property {number} id
 * @property {Made} made whose arguments it has
 * @property {AbortController} controller
 * @property {Response | undefined} response
 * @property {string[]} headers of the kept body that it says is current
 * @property {boolean} taken the page has its response, so that its body must be copied
 * @property {unknown} error
 */

/**
 * Stops listening to a signal when the response that it could break off is gone.
 * @type {FinalizationRegistry<() => void>}
 */
const unused = new FinalizationRegistry((release) => release());

export class Flights {
  #gate;
  #reads;
  #bodies;
  /** @type {Map<number, Flight>} */ #flights = new Map();

  /** @param {Gate} gate @param {Reads} reads @param {Bodies} bodies */
  constructor(gate, reads, bodies) {
    this.#gate = gate;
    this.#reads = reads;
    this.#bodies = bodies;
    gate.atEnd(() => this.#flights.clear());
  }

  /**
   * Sends a request, or one that was sent once more.
   * @param {number} id
   * @param {number} read
   * @param {number} how 1: past the browser's cache; where there is a condition, the kept body that it is about
   * @param {string[]} condition name and value of a header
   */
  send(id, read, how, condition) {
    const made = this.#flights.get(id)?.made ?? this.#reads.made(read);
    if (!made) {
      this.#gate.later(() => this.#gate.tell(FAILED, id));
      return;
    }
    const { args, native } = made;
    const controller = new AbortController();
    /** @type {Flight} */
    const flight = {
      id,
      made,
      controller,
      response: undefined,
      headers: [],
      taken: false,
      error: undefined,
    };
    this.#flights.set(id, flight);
    this.#gate.later(() => {
      const cache = condition.length ? 'no-store' : how ? 'reload' : 'no-cache';
      const init = flightInit(args, cache, controller.signal, condition);
      attempt(() => native([args[0], init])).then(
        (response) => {
          flight.response = response;
          let told = response;
          if (condition.length && response.status === 304) {
            const headers = merged(this.#bodies.get(how)?.headers ?? [], response.headers);
            flight.headers = [...headers].flat();
            const { status, redirected, url, type } = response;
            told = /** @type {Response} */ ({ status, redirected, url, type, headers });
          }
          if (this.#isOpen(flight)) {
            this.#gate.tell(RESPONDED, id, ...head(told, this.#gate.names));
          }
        },
        (error) => this.#lost(flight, error),
      );
    });
  }

  /** @param {number} id */
  abort(id) {
    const flight = this.#flights.get(id);
    const reason = flight?.made.call.signal?.reason;
    this.#gate.later(() => flight?.controller.abort(reason));
  }

  /** @param {number} id @param {string[]} fields */
  readBody(id, fields) {
    this.#gate.first(() => {
      const flight = this.#flights.get(id);
      const response = flight?.response;
      if (!response) {
        return;
      }
      attempt(() => keep(response, flight.taken ? response.clone() : response)).then(
        (body) => {
          if (!this.#isOpen(flight)) {
            return;
          }
          const { data } = body;
          const kept = this.#bodies.add(body);
          if (typeof data === 'string' && (data || !('value' in body))) {
            this.#gate.tell(TEXT, id, kept, data.length, pick(data, fields));
          } else {
            this.#gate.tell(BYTES, id, kept, sizeOf(body));
          }
        },
        (error) => this.#lost(flight, error),
      );
    });
  }

  /** @param {number} id @param {number} body */
  freshen(id, body) {
    this.#bodies.freshen(body, this.#flights.get(id)?.headers ?? []);
  }

  /** @param {number} read @param {number} id */
  deliverNetwork(read, id) {
    const flight = this.#flights.get(id);
    const response = flight?.response;
    if (!response) {
      this.#reads.pass(read);
      return;
    }
    flight.taken = true;
    this.#gate.later(() => {
      this.#reads.answer(read, ({ call, finish }) => {
        this.#tie(flight, read, call.signal, response);
        return finish ? finish(response) : response;
      });
    });
  }

  /** @param {number} read @param {number} id */
  reject(read, id) {
    this.#reads.reject(read, this.failure(id));
  }

  /** Why a flight gave no data. @param {number} id */
  failure(id) {
    const { error, response } = this.#flights.get(id) ?? {};
    return error ?? (response && refusal(response, this.#gate.Failure));
  }

  /** @param {number} id */
  end(id) {
    this.#gate.later(() => this.#flights.delete(id));
  }

  /** Whether the client knows it: another client may give its number to another one. @param {Flight} flight */
  #isOpen(flight) {
    return this.#flights.get(flight.id) === flight;
  }

  /** @param {Flight} flight @param {unknown} error */
  #lost(flight, error) {
    flight.error = error;
    if (this.#isOpen(flight)) {
      this.#gate.tell(FAILED, flight.id);
    }
  }

  /**
   * The page has a response whose body may still be on its way: its signal breaks it off, as native's does,
   * unless the client knows of others who wait for it.
   * @param {Flight} flight
   * @param {number} read
   * @param {AbortSignal | undefined} signal
   * @param {Response} response
   */
  #tie(flight, read, signal, response) {
    if (signal) {
      const abort = () => {
        if (this.#isOpen(flight)) {
          this.#gate.tell(ABORT, read);
        } else {
          flight.controller.abort(signal.reason);
        }
      };
      signal.addEventListener('abort', abort, { once: true });
      unused.register(response, () => signal.removeEventListener('abort', abort));
    }
  }
}
