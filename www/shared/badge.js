// @ts-check

import { h } from './dom.js';
import { span, took } from './units.js';

/** @typedef {import('./provenance.js').Provenance} Provenance */

/** A label that tells where a panel's data came from. */
export class Badge {
  /** What was shown before was dropped, and nothing was read since. */
  #wasCleared = false;

  /** @param {string} name for tests: `data-testid="badge-…"` */
  constructor(name) {
    this.element = h('span', { class: 'badge', 'data-testid': `badge-${name}` });
    this.idle();
  }

  /** Nothing was read yet. */
  idle() {
    this.#wasCleared = false;
    this.#show('idle', '');
  }

  /** A read is under way. */
  loading() {
    this.#show('loading', this.#wasCleared ? 'cleared, reading…' : 'reading…');
  }

  /** A read waits for the network. */
  waiting() {
    this.#show('waiting', 'waiting for the network');
  }

  /** The read failed, and what is shown was kept from an earlier one. */
  kept() {
    this.#show('waiting', 'kept from before, no network');
  }

  /**
   * A read was answered.
   *
   * @param {Provenance} from
   */
  answered(from) {
    this.#wasCleared &&= from.source !== 'write';
    const stale = from.stale ? ', stale' : '';
    const label = {
      network: this.#wasCleared ? 'cleared, so network' : 'network',
      memory: `memory, ${span(from.age)} old${stale}`,
      storage: `localStorage, ${span(from.age)} old${stale}`,
      write: 'answer to your save',
    }[from.source];
    this.#show(from.source, `${label} · ${took(from.took)}`);
    this.#wasCleared = false;
  }

  /**
   * What this panel shows is not in the cache any more.
   *
   * @param {boolean} isReading a read of it is under way
   * @param {boolean} isStale it is there, and marked as stale
   */
  cleared(isReading, isStale) {
    this.#wasCleared = true;
    if (isReading) {
      this.loading();
    } else {
      this.#show('cleared', isStale ? 'marked as stale' : 'cleared from the cache');
    }
  }

  /** The read failed. */
  failed() {
    this.#show('error', 'not read');
  }

  /**
   * @param {string} source
   * @param {string} text
   */
  #show(source, text) {
    this.element.dataset.source = source;
    this.element.textContent = text;
    this.element.hidden = source === 'idle';
    this.element.toggleAttribute('data-cleared', this.#wasCleared);
  }
}
