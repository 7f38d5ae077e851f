// @ts-check
/**
 * The other documents of this origin: what they say, and whether they are still there. Nothing is held while the
 * page may lie in the back-forward cache.
 */
import { random } from './environment.js';

const CHANNEL = 'everfresh';

export class Tabs {
  /** The name of this document's journal, and of the lock that tells that it is there. */
  document = random();
  #heard;
  #gone;
  #closed = new AbortController();
  /** @type {Set<string>} */ #watched = new Set();
  /** @type {BroadcastChannel | undefined} */ #channel;

  /**
   * @param {(message: string) => void} heard
   * @param {(document: string) => void} gone
   */
  constructor(heard, gone) {
    this.#heard = heard;
    this.#gone = gone;
  }

  open() {
    this.close();
    this.#closed = new AbortController();
    try {
      this.#channel = new BroadcastChannel(CHANNEL);
      this.#channel.onmessage = ({ data }) => this.#heard(`${data}`);
    } catch {
      // Where site data is forbidden, no tab knows of another.
    }
    const { signal } = this.#closed;
    this.#lock(this.document, () => new Promise((release) => (signal.onabort = release)));
    for (const document of this.#watched) {
      this.watch(document);
    }
  }

  close() {
    this.#closed.abort();
    this.#channel?.close();
    this.#channel = undefined;
  }

  /** @param {string} message */
  send(message) {
    this.#channel?.postMessage(message);
  }

  /**
   * Tells when a document is gone; at once where the browser has no locks.
   * @param {string} document
   */
  watch(document) {
    this.#watched.add(document);
    const gone = () => {
      this.#watched.delete(document);
      this.#gone(document);
    };
    if (!this.#lock(document, gone)) {
      gone();
    }
  }

  /** Nothing, where the browser has no locks. @param {string} document @param {() => void | Promise<unknown>} held */
  #lock(document, held) {
    const { signal } = this.#closed;
    // It is refused where this document ends first, or where a frame may have no locks.
    return navigator.locks?.request(`${CHANNEL}:${document}`, { signal }, held).catch(() => {});
  }
}
