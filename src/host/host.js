// @ts-check
/**
 * What the client's effects come to (`src/platform/host.rs` declares it in Rust).
 */
import { Flights } from './flights.js';
import { Gate } from './gate.js';
import { head } from './head.js';
import { Reads } from './reads.js';
import { decode } from './request.js';
import { pack, unpack } from './response.js';
import { Writes } from './writes.js';

/** @import { Failure } from './boundary.js' */
/** @import { StoredBody } from './response.js' */

export class Host {
  gate;
  #reads;
  #writes;
  #flights;

  /**
   * @param {string[]} names the response headers that the client reads
   * @param {Failure} Failure the class of our errors
   * @param {(message: string) => void} broken what to do when the client breaks
   */
  constructor(names, Failure, broken) {
    this.gate = new Gate(names, Failure, broken);
    this.#reads = new Reads(this.gate, (call, response) => this.observe(call, response));
    this.#writes = new Writes(this.gate);
    this.#flights = new Flights(this.gate, this.#reads);
  }

  /**
   * A `fetch` call of the page.
   * @param {any[]} args
   * @param {(args: any[]) => Promise<Response>} native
   */
  call(args, native) {
    const call = decode(args);
    if (!call || call.signal?.aborted) {
      return native(args);
    }
    const made = { call, args, native };
    return call.safe ? this.#reads.read(made) : this.#writes.write(made);
  }

  /**
   * Tells the client of an answer that it had no part in, where there is a client.
   * @param {{ method: string, url: string }} call
   * @param {Response} response
   */
  observe({ method, url }, response) {
    const { gate } = this;
    gate.enter((client) => client.observed(method, url, ...head(response, gate.names)));
    return gate.isOpen;
  }

  /** @param {number} flight @param {number} read @param {boolean} reload */
  send(flight, read, reload) {
    this.#flights.send(flight, read, reload);
  }

  /** @param {number} flight */
  abort(flight) {
    this.#flights.abort(flight);
  }

  /** @param {number} flight @param {string[]} fields */
  readBody(flight, fields) {
    this.#flights.readBody(flight, fields);
  }

  /** @param {number} read @param {StoredBody} body @param {number} age @param {string} status */
  deliver(read, body, age, status) {
    this.#reads.deliver(read, body, age, status);
  }

  /** @param {number} read @param {number} flight */
  deliverNetwork(read, flight) {
    this.#flights.deliverNetwork(read, flight);
  }

  /** @param {number} read @param {number} flight */
  reject(read, flight) {
    this.#flights.reject(read, flight);
  }

  /** @param {number} read */
  pass(read) {
    this.gate.later(() => this.#reads.pass(read));
  }

  /** @param {number} write */
  sendWrite(write) {
    this.#writes.send(write);
  }

  /** @param {number} flight */
  endFlight(flight) {
    this.#flights.end(flight);
  }

  /** @param {StoredBody} body */
  pack(body) {
    return pack(body);
  }

  /** @param {string} text */
  unpack(text) {
    return unpack(text);
  }

  /** @param {string} message */
  abandon(message) {
    this.gate.abandon(message);
  }
}
