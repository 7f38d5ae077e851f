// @ts-check

import { h, put } from './dom.js';
import { explained, mutationsOf } from './mutations.js';
import { running } from './start.js';

/** @typedef {import('everfresh').MutationInfo} MutationInfo */

/** Edits to a URL that the server has refused for good, and what can be done about each. */
export class Unsaved {
  #shown = '';
  /** @type {() => void} */
  #deaf = () => {};

  /**
   * @param {string} url
   * @param {string} what was not saved, for people: `Your reply`
   */
  constructor(url, what) {
    this.url = url;
    this.what = what;
    this.element = h('div', {
      class: 'unsaved-edits',
      tabindex: '-1',
      'aria-live': 'polite',
    });
  }

  /** Shows them from now on. */
  open() {
    this.#deaf = running()?.mutations.subscribe(() => this.#show()) ?? this.#deaf;
    this.#show();
  }

  /** Shows them no more. */
  close() {
    this.#deaf();
  }

  async #show() {
    const dead = mutationsOf(this.url).filter(({ status }) => status === 'dead');
    // What has not changed is not read out again.
    const shown = dead.map(({ id }) => id).join();
    if (shown !== this.#shown) {
      this.#shown = shown;
      const notices = await Promise.all(dead.map((mutation) => this.#notice(mutation)));
      if (shown === this.#shown) {
        put(this.element, ...notices);
      }
    }
  }

  /** @param {MutationInfo} mutation */
  async #notice({ id, error }) {
    const { message } = await explained(error);
    return h(
      'div',
      { class: 'notice', 'data-kind': 'error', 'data-testid': 'unsaved' },
      h('span', {}, `${this.what} was not saved: ${message}`),
      verdict(id, this.what.toLowerCase()),
    );
  }
}

/**
 * The two buttons of an edit that was refused.
 *
 * @param {string} id
 * @param {string} what
 */
export function verdict(id, what) {
  return h(
    'div',
    { class: 'row' },
    choice('retry-edit', 'Try again', what, () => running()?.mutations.retry(id)),
    choice('discard-edit', 'Discard', what, () => running()?.mutations.discard(id)),
  );
}

/**
 * @param {string} testid
 * @param {string} label
 * @param {string} what
 * @param {() => void} act
 */
function choice(testid, label, what, act) {
  const button = h(
    'button',
    {
      class: 'button small',
      type: 'button',
      'aria-label': `${label}: ${what}`,
      'data-testid': testid,
      onclick: () => {
        // The button goes away, and would take the keyboard's place in the page with it.
        const around = button.closest('[tabindex="-1"]');
        if (around instanceof HTMLElement) {
          around.focus();
        }
        act();
      },
    },
    label,
  );
  return button;
}
