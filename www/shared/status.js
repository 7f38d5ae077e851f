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
   */
  fail(text, retry) {
    this.element.dataset.state = 'error';
    const button = h(
      'button',
      {
        class: 'button small',
        type: 'button',
        'data-testid': `retry-${this.name}`,
        onclick: retry,
      },
      'Try again',
    );
    put(this.element, h('span', {}, text), ' ', button);
  }
}
