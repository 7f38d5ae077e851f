// @ts-check
/**
 * What the overlay is told: reports of the client, and what this side keeps.
 */
/** @import { Gate } from './gate.js' */

/**
 * What is looked into.
 * @typedef {object} Inspected
 * @property {Gate} gate
 */

export class Inspector {
  #gate;

  /** @param {Inspected} parts */
  constructor({ gate }) {
    this.#gate = gate;
  }

  /** Whether there is a client. */
  get isOpen() {
    return this.#gate.isOpen;
  }
}
