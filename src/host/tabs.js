// @ts-check
/**
 * The other documents of this origin: what they say, and whether they are still there. Nothing is held while the
 * page may lie in the back-forward cache.
 */
import { random } from './environment.js';

const CHANNEL = 'everfresh';
/** Without locks, a document with a write under way may be gone after so many milliseconds. */
const UNSURE = 10_000;

export class Tabs {
  /** The name of this document's journal, and of the lock that tells that it is there. */
  document = random();
  #heard;
  #told;
  #gone;
  #closed = new AbortController();
  /** @type {Set<string>} */ #watched = new Set();
  /** @type {BroadcastChannel | undefined} */ #channel;
  /** What the client has to say when this turn is over. */
  #text = '';
  /** It is simulated that no message arrives. */
  isMute = false;

  /**
   * @param {(message: string) => void} heard
   * @param {(answer: any) => void} told
   * @param {(document: string) => void} gone
   */
  constructor(heard, told, gone) {
    this.#heard = heard;
    this.#told = told;
    this.#gone = gone;
  }

  open() {
    this.close();
    this.#closed = new AbortController();
    try {
      this.#channel = new BroadcastChannel(CHANNEL);
      this.#channel.onmessage = ({ data }) =>
        !this.isMute && (typeof data === 'string' ? this.#heard(data) : this.#told(data));
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
    this.#say();
    this.#closed.abort();
    this.#channel?.close();
    this.#channel = undefined;
  }

  /** Closes for good: what comes after this is another document to all others. */
  leave() {
    this.close();
    this.#watched.clear();
    this.document = random();
  }

  /**
   * A text is the client's: the last one of a turn has in it what those before it have said. Anything else is the answer
   * to a mutation.
   * @param {string | object} message
   */
  send(message) {
    if (this.isMute) {
      return;
    }
    if (typeof message !== 'string') {
      this.#channel?.postMessage(message);
      return;
    }
    if (!this.#text) {
      queueMicrotask(() => this.#say());
    }
    this.#text = message;
  }

  #say() {
    if (this.#text) {
      this.#channel?.postMessage(this.#text);
      this.#text = '';
    }
  }

  /**
   * Tells when a document is gone; after a while where the browser has no locks, since it may be. Two documents that
   * took each other for gone at once would tell each other of that without end.
   * @param {string} document
   */
  watch(document) {
    this.#watched.add(document);
    const gone = () => {
      this.#watched.delete(document);
      this.#gone(document);
    };
    if (!this.#lock(document, gone)) {
      const timer = setTimeout(gone, UNSURE);
      this.#closed.signal.addEventListener('abort', () => clearTimeout(timer));
    }
  }

  /** Nothing, where the browser has no locks. @param {string} document @param {() => void | Promise<unknown>} held */
  #lock(document, held) {
    const { signal } = this.#closed;
    // It is refused where this document ends first, or where a frame may have no locks.
    return navigator.locks?.request(`${CHANNEL}:${document}`, { signal }, held).catch(() => {});
  }
}
