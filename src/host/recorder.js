// @ts-check
/**
 * What was measured in this document, as an item in localStorage. It is written now and then while the browser is idle, and
 * when the page is left; never while anybody waits. Where it is refused, it is this document's alone.
 */
import { whenIdle } from './signals.js';

/** @import { Gate } from './gate.js' */

/** What the names of such items begin with. Behind it: the document's name, and how many it has closed before. */
export const PREFIX = 'everfresh:m:';
/** Milliseconds after something was measured. */
const PAUSE = 10_000;
/** An item of so many characters is closed. */
const FULL = 24_000;
/** When there are so many items, those of documents that are gone are to be merged. */
const CROWD = 12;

export class Recorder {
  #gate;
  #document;
  #closed = 0;
  #written = '';
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** Looks at what there is that were answered. */
  peeks = 0;
  /** There are many items. */
  crowded = () => {};
  /** Where an item is sent to when it is closed. @type {string | undefined} */
  beacon;

  /** @param {Gate} gate @param {string} document */
  constructor(gate, document) {
    this.#gate = gate;
    this.#document = document;
  }

  /** The name of this document's item. */
  get item() {
    return `${PREFIX}${this.#document}.${this.#closed}`;
  }

  /** From now on what is measured is written. */
  start() {
    this.#gate.entered = () => {
      this.#timer ??= setTimeout(() => whenIdle(() => this.flush()), PAUSE);
    };
    whenIdle(() => this.#count());
  }

  /** What was measured and is in no closed item. */
  text(renew = false) {
    const { peeks } = this;
    this.peeks = 0;
    return this.#gate.enter((client) => client.measured(peeks, renew)) ?? '';
  }

  /**
   * Writes the item.
   * @param {boolean} [closes] it is complete: whoever comes next may merge it
   */
  flush(closes = false) {
    const text = this.text();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!text || (text === this.#written && !closes)) {
      return;
    }
    this.#written = text;
    put(this.item, text);
    if (closes || text.length > FULL) {
      if (this.beacon) {
        const { item } = this;
        navigator.sendBeacon?.(this.beacon, JSON.stringify({ version: 1, item, text }));
      }
      this.text(true);
      this.#closed += 1;
      this.#count();
    }
  }

  /** Ends: the last item is complete. */
  end() {
    this.flush(true);
    this.#gate.entered = () => {};
    clearTimeout(this.#timer);
  }

  #count() {
    try {
      if (Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)).length > CROWD) {
        this.crowded();
      }
    } catch {
      // Storage is blocked: nothing is there.
    }
  }
}

/** @param {string} name @param {string} text */
function put(name, text) {
  try {
    localStorage.setItem(name, text);
  } catch {
    // There is no room: metrics go, and nothing else.
  }
}
