// @ts-check
/**
 * Calls of `fetch`: reads and writes for the client, and those that no rule concerns. These are native `fetch`, and of
 * the answers only the headers are read.
 */
import { overheard } from './head.js';
import { decode, signalOf } from './request.js';
import { note } from './sources.js';

/** @import { Address } from './address.js' */
/** @import { Answer } from './head.js' */
/** @import { Gate } from './gate.js' */
/** @import { Native, Reads } from './reads.js' */
/** @import { Target } from './target.js' */
/** @import { Writes } from './writes.js' */

/** Tells the client of an answer. @typedef {(call: { method: string, url: string }, answer: Answer) => void} Observe */

export class Calls {
  #gate;
  #reads;
  #writes;
  #observe;
  /** Whether a rule concerns a GET: rules do not change. @type {WeakMap<Address, boolean>} */
  #ruled = new WeakMap();

  /** @param {Gate} gate @param {Reads} reads @param {Writes} writes @param {Observe} observe */
  constructor(gate, reads, writes, observe) {
    this.#gate = gate;
    this.#reads = reads;
    this.#writes = writes;
    this.#observe = observe;
  }

  /**
   * @param {Target} target
   * @param {any[]} args
   * @param {Native} native
   */
  call(target, args, native) {
    if (target.method === 'GET' && !this.#isRuled(target.url)) {
      return this.#pass(target, args, native);
    }
    const call = decode(target);
    if (!call || call.signal?.aborted) {
      return native(args);
    }
    const made = { call, args, native };
    if (!call.safe) {
      return this.#writes.write(made);
    }
    const answer = this.#reads.read(made);
    note(call.url, call.signal, answer);
    return answer;
  }

  /** @param {Target} target @param {any[]} args @param {Native} native */
  #pass(target, args, native) {
    const { method, url } = target;
    const signal = signalOf(target);
    const answer = native(args).then((response) => {
      if (overheard(response)) {
        this.#observe({ method, url: url.href }, response);
      }
      return response;
    });
    note(url.href, signal, answer);
    return answer;
  }

  /** @param {Address} address */
  #isRuled(address) {
    const known = this.#ruled.get(address);
    if (known !== undefined) {
      return known;
    }
    const ruled = this.#gate.enter((client) => client.caches(address.href)) ?? false;
    this.#ruled.set(address, ruled);
    return ruled;
  }
}
