// @ts-check
/**
 * Whether this document is the one that does something, such as sending what is durable: one at a time does. Nothing is
 * held while the page may lie in the back-forward cache.
 */
import { lease, SETTLE } from './lease.js';

export class Leader {
  #document;
  #lock;
  #tell;
  #wanted = false;
  #leads = false;
  #ended = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #leaving;

  /**
   * @param {string} document its name
   * @param {string} lock name of the lock that the one holds
   * @param {(leads: boolean) => void} tell
   */
  constructor(document, lock, tell) {
    this.#document = document;
    this.#lock = lock;
    this.#tell = tell;
  }

  get leads() {
    return this.#leads;
  }

  /**
   * Who leads next must see in storage what this document has done, and in some browsers that takes longer than a lock.
   * @param {boolean} wanted whether it is to lead once it can
   */
  want(wanted) {
    if (wanted !== this.#wanted) {
      this.#wanted = wanted;
      clearTimeout(this.#leaving);
      if (!wanted) {
        this.#leaving = setTimeout(() => this.close(), SETTLE);
      } else if (this.#leads) {
        this.#tell(true);
      } else {
        this.close();
        this.open();
      }
    }
  }

  open() {
    if (this.#wanted) {
      this.#ended = new AbortController();
      const { signal } = this.#ended;
      /** @param {boolean} leads */
      const lead = (leads) => {
        this.#leads = leads;
        this.#tell(leads);
      };
      const held = () =>
        new Promise((release) => {
          signal.onabort = release;
          lead(true);
        });
      const rent = () => lease(this.#lock, this.#document, signal, lead);
      // A frame may have no locks.
      navigator.locks?.request(this.#lock, { signal }, held).catch(() => rent()) ?? rent();
    }
  }

  close() {
    this.#ended.abort();
    if (this.#leads) {
      this.#leads = false;
      this.#tell(false);
    }
  }
}
