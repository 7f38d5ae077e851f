// @ts-check

import { h } from './dom.js';
import { span, took } from './units.js';

/** @typedef {import('./provenance.js').Provenance} Provenance */

/** A label that tells where a panel's data came from. */
export class Badge {
  /** @param {string} name for tests: `data-testid="badge-…"` */
  constructor(name) {
    this.element = h('span', { class: 'badge', 'data-testid': `badge-${name}` });
    this.idle();
  }

  /** Nothing was read yet. */
  idle() {
    this.element.hidden = true;
    this.#show('idle', '');
  }

  /** A read is under way. */
  loading() {
    this.#show('loading', 'reading…');
  }

  /**
   * A read was answered.
   *
   * @param {Provenance} from
   */
  answered(from) {
    const stale = from.stale ? ', stale' : '';
    const label = {
      network: 'network',
      memory: `memory, ${span(from.age)} old${stale}`,
      storage: `localStorage, ${span(from.age)} old${stale}`,
      write: 'answer to your save',
    }[from.source];
    this.#show(from.source, `${label} · ${took(from.took)}`);
  }

  /** What this panel shows is not in the cache any more. */
  cleared() {
    this.#show('cleared', 'cleared from the cache');
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
    const before = this.element.dataset.source;
    this.element.dataset.source = source;
    this.element.textContent = text;
    this.element.toggleAttribute('data-changed', before === 'cleared' || source === 'cleared');
    if (source !== 'idle') {
      this.element.hidden = false;
    }
  }
}
