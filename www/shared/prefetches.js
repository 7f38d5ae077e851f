// @ts-check

import { h, put } from './dom.js';
import { isPrefetching, turnPrefetching } from './prefetching.js';
import { bytes, took } from './units.js';

/** @typedef {import('everfresh').Cache} Cache */
/** @typedef {import('everfresh').PrefetchAccount} PrefetchAccount */

const COLUMNS = ['Trigger', 'Sent', 'Used', 'Wasted', 'Open', 'Saved'];

/** The counter "Prefetching": what was asked for ahead of time, and whether it was worth it. */
export class Prefetches {
  #waiting = false;

  /** @param {Cache} cache */
  constructor(cache) {
    this.cache = cache;
    this.switch = h('input', {
      type: 'checkbox',
      role: 'switch',
      checked: isPrefetching(),
      'data-testid': 'switch-prefetch',
      onchange: () => turnPrefetching(this.switch.checked),
    });
    this.body = h('tbody');
    this.element = h(
      'section',
      { class: 'prefetches', 'aria-labelledby': 'prefetches-title', 'data-testid': 'prefetches' },
      h('h2', { id: 'prefetches-title' }, 'Prefetching'),
      h('label', { class: 'check' }, this.switch, h('span', {}, 'Prefetch')),
      h(
        'table',
        { 'aria-labelledby': 'prefetches-title' },
        h('thead', {}, h('tr', {}, ...COLUMNS.map((name) => h('th', { scope: 'col' }, name)))),
        this.body,
      ),
    );
    cache.events(({ type }) => {
      if (type === 'prefetch') {
        this.#soon();
      }
    });
    this.#show();
  }

  /** Events come in bursts; one look after each is enough. */
  #soon() {
    if (!this.#waiting) {
      this.#waiting = true;
      setTimeout(() => {
        this.#waiting = false;
        this.#show();
      }, 100);
    }
  }

  #show() {
    const stats = Object.entries(this.cache.prefetchStats());
    const rows = stats.map(([trigger, account]) => row(trigger, account));
    put(this.body, ...(rows.length === 0 ? [none()] : rows));
  }
}

/**
 * @param {string} trigger
 * @param {PrefetchAccount} account
 */
function row(trigger, account) {
  const { sent, used, pending, usedBytes, wastedBytes, savedMs } = account;
  const wasted =
    account.expired + account.invalidated + account.evicted + account.aborted + account.failed;
  /** @type {(name: string, value: string | number, size?: number) => HTMLElement} */
  const cell = (name, value, size = 0) =>
    h(
      'td',
      {},
      h('span', { 'data-testid': `prefetch-${trigger}-${name}` }, value),
      size > 0 && h('span', { class: 'size' }, ' ', bytes(size)),
    );
  return h(
    'tr',
    { 'data-testid': `prefetch-${trigger}` },
    h('th', { scope: 'row' }, trigger),
    cell('sent', sent),
    cell('used', used, usedBytes),
    cell('wasted', wasted, wastedBytes),
    cell('open', pending),
    cell('saved', used === 0 ? '–' : took(savedMs)),
  );
}

function none() {
  return h('tr', {}, h('td', { colspan: COLUMNS.length, class: 'soft' }, 'Nothing yet.'));
}
