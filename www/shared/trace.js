// @ts-check

import { describe } from './describe.js';
import { h, put } from './dom.js';
import { Entries } from './entries.js';
import { Outbox } from './outbox.js';
import { Prefetches } from './prefetches.js';
import { markCleared } from './reading.js';
import { switches } from './switches.js';
import { timeOfDay } from './units.js';

/** @typedef {import('everfresh').Cache} Cache */
/** @typedef {import('everfresh').CacheEvent} CacheEvent */

const MAX_ROWS = 100;

/**
 * Fills the side panel "What the cache did", and the state in the bar.
 *
 * @param {HTMLElement} panel
 * @param {HTMLElement} state
 * @param {{ cache: Cache | null, reason: string }} started
 * @param {() => void} onReset called when the demo's data was reset
 */
export function trace(panel, state, { cache, reason }, onReset) {
  const say = () => {
    const isOn = cache?.flags.enabled === true;
    state.dataset.state = isOn ? 'running' : 'off';
    state.textContent = isOn ? `Cache on · ${cache.version}` : 'Cache off';
  };
  say();
  const heading = h('h2', { id: 'trace-title' }, 'What the cache did');
  if (cache === null) {
    put(panel, heading, off(reason), switches(null, onReset));
    return;
  }
  const outbox = new Outbox();
  state.before(outbox.link);
  const log = new Log();
  cache.events((event) => {
    markCleared(event);
    log.add(event);
    say();
  });
  put(
    panel,
    outbox.element,
    heading,
    log.totals,
    log.element,
    new Prefetches(cache).element,
    new Entries(cache).element,
    switches(cache, onReset),
  );
}

/** @param {string} reason */
function off(reason) {
  return h(
    'div',
    { class: 'notice', role: 'status', 'data-testid': 'cache-off' },
    h(
      'span',
      {},
      `The cache is not running: ${reason}. This page works without it, with plain fetch; every read goes to the network.`,
    ),
  );
}

/** The events, newest first, and how many there were of each kind. */
class Log {
  constructor() {
    this.element = h('ol', {
      class: 'log',
      tabindex: '0',
      role: 'list',
      'aria-labelledby': 'trace-title',
      'data-testid': 'trace-log',
    });
    this.empty = h('li', { class: 'soft small' }, 'Nothing yet.');
    put(this.element, this.empty);
    this.counts = { memory: 0, storage: 0, network: 0, cleared: 0 };
    this.totals = h('dl', { class: 'totals' });
    this.#count();
  }

  /** @param {CacheEvent} event */
  add(event) {
    const line = describe(event);
    this.empty.remove();
    this.element.prepend(
      h(
        'li',
        { 'data-type': event.type, 'data-kind': line.kind, 'data-testid': 'trace-line' },
        h('time', {}, timeOfDay(Date.now())),
        h('p', {}, line.text),
        h('code', {}, line.subject),
      ),
    );
    while (this.element.childElementCount > MAX_ROWS) {
      this.element.lastElementChild?.remove();
    }
    if (event.type === 'hit') {
      this.counts[event.source] += 1;
    } else if (event.type === 'miss' && !event.joined) {
      this.counts.network += 1;
    } else if (event.type === 'invalidate') {
      this.counts.cleared += event.count;
    }
    this.#count();
  }

  #count() {
    const { memory, storage, network, cleared } = this.counts;
    put(
      this.totals,
      total('memory', memory, 'memory'),
      total('storage', storage, 'localStorage'),
      total('network', network, 'network'),
      total('cleared', cleared, 'cleared'),
    );
  }
}

/**
 * @param {string} kind
 * @param {number} count
 * @param {string} name
 */
function total(kind, count, name) {
  return h(
    'div',
    { 'data-kind': kind },
    h('dt', {}, name),
    h('dd', { 'data-testid': `total-${kind}` }, count),
  );
}
