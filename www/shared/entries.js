// @ts-check

import { short } from './describe.js';
import { h, put } from './dom.js';
import { counted, span } from './units.js';

/** @typedef {import('everfresh').Cache} Cache */
/** @typedef {import('everfresh').EntryInfo} EntryInfo */

const COLUMNS = ['Entry and its tags', 'Memory', 'Storage', 'Age', 'Fresh for'];

/** The table of what the cache holds, behind a disclosure. */
export class Entries {
  #waiting = false;

  /** @param {Cache} cache */
  constructor(cache) {
    this.cache = cache;
    this.count = h('span', { class: 'soft' });
    this.body = h('tbody');
    const refresh = h(
      'button',
      {
        class: 'button small',
        type: 'button',
        'data-testid': 'entries-refresh',
        onclick: () => this.refresh(),
      },
      'Refresh',
    );
    const clear = h(
      'button',
      {
        class: 'button small',
        type: 'button',
        'data-testid': 'cache-clear',
        onclick: () => cache.clear(),
      },
      'Clear the cache',
    );
    this.details = h(
      'details',
      { class: 'entries', 'data-testid': 'entries', ontoggle: () => this.refresh() },
      h('summary', {}, 'What it holds ', this.count),
      h(
        'div',
        { class: 'entries-table', tabindex: '0', role: 'region', 'aria-label': 'Cached entries' },
        h(
          'table',
          {},
          h('thead', {}, h('tr', {}, ...COLUMNS.map((name) => h('th', { scope: 'col' }, name)))),
          this.body,
        ),
      ),
    );
    this.element = h('div', {}, this.details, h('div', { class: 'row' }, refresh, clear));
    cache.events(() => this.#soon());
    this.refresh();
  }

  /** Reads the cache's entries anew. */
  refresh() {
    const entries = this.cache.entries();
    this.count.textContent = `(${counted(entries.length, 'entry', 'entries')})`;
    if (this.details.open) {
      put(this.body, ...(entries.length === 0 ? [nothing()] : entries.map(row)));
    }
  }

  /** Events come in bursts; one look after each is enough. */
  #soon() {
    if (!this.#waiting) {
      this.#waiting = true;
      setTimeout(() => {
        this.#waiting = false;
        this.refresh();
      }, 100);
    }
  }
}

/** @param {EntryInfo} entry */
function row(entry) {
  return h(
    'tr',
    { 'data-testid': 'entry', 'data-url': short(entry.url) },
    h(
      'th',
      { scope: 'row' },
      ...breakable(short(entry.url)),
      h('span', { class: 'tags' }, entry.tags.join(', ')),
    ),
    h('td', {}, entry.memory ? 'yes' : '–'),
    h('td', {}, entry.storage ? 'yes' : '–'),
    h('td', {}, span(entry.age)),
    h('td', {}, entry.freshFor > 0 && !entry.stale ? span(entry.freshFor) : 'stale'),
  );
}

/**
 * A URL that may be broken before each slash.
 *
 * @param {string} url
 */
function breakable(url) {
  return url.split(/(?=\/)/).flatMap((part) => [h('wbr'), part]);
}

function nothing() {
  return h('tr', {}, h('td', { colspan: COLUMNS.length, class: 'soft' }, 'Nothing yet.'));
}
