// @ts-check

import { h, put } from './dom.js';

/** A line that says how a save went, and is read out when it changes. */
export class Status {
  /** @param {string} name for tests: `data-testid="status-…"`, `retry-…` */
  constructor(name) {
    this.name = name;
    this.element = h('div', {
      class: 'status',
      'aria-live': 'polite',
      'data-testid': `status-${name}`,
    });
  }

  /**
   * @param {'idle' | 'dirty' | 'busy' | 'done'} state
   * @param {string} text
   */
  say(state, text) {
    // The same words again would be read out again.
    if (this.element.dataset.state !== state || this.element.textContent !== text) {
      this.element.dataset.state = state;
      put(this.element, h('span', {}, text));
    }
  }

  /**
   * @param {string} text
   * @param {() => void} retry
   * @param {() => void} [discard]
   */
  fail(text, retry, discard) {
    if (this.element.dataset.state === 'error' && this.element.firstChild?.textContent === text) {
      return;
    }
    this.element.dataset.state = 'error';
    put(
      this.element,
      h('span', {}, text),
      ' ',
      this.#button('retry', 'Try again', retry),
      ' ',
      discard && this.#button('discard', 'Discard', discard),
    );
  }

  /**
   * @param {string} name
   * @param {string} label
   * @param {() => void} act
   */
  #button(name, label, act) {
    return h(
      'button',
      {
        class: 'button small',
        type: 'button',
        'data-testid': `${name}-${this.name}`,
        onclick: act,
      },
      label,
    );
  }
}
