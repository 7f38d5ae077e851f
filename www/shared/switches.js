// @ts-check

import { plainFetch } from './connection.js';
import { h, put } from './dom.js';

/** @typedef {import('everfresh').Cache} Cache */

/**
 * What the demo's server can be told to do wrong.
 *
 * @typedef {object} DemoState
 * @property {number} latencyMs
 * @property {number} lateMs
 * @property {number} writeLatencyMs
 * @property {number} failNextWrites
 * @property {number} refuseNextWrites
 * @property {number} unauthorizedNextWrites
 * @property {number} dropNextAnswers
 * @property {boolean} sendHeaders
 */

/** @typedef {'latencyMs' | 'lateMs' | 'writeLatencyMs'} Delay */

/** @type {[Delay, string][]} */
const DELAYS = [
  ['latencyMs', 'Reads wait before the server looks'],
  ['lateMs', 'Reads wait after the server looked'],
  ['writeLatencyMs', 'Writes wait before they are done'],
];

const STEPS = [0, 300, 1000, 3000, 8000];

/**
 * The switches that make the demo's server slow or faulty. They go past the cache.
 *
 * @param {Cache | null} cache
 * @param {() => void} onReset
 */
export function switches(cache, onReset) {
  const said = h('p', {
    class: 'switches-said small soft',
    'aria-live': 'polite',
    'data-testid': 'switches-status',
  });
  const delays = DELAYS.map(([name, label]) => delay(name, label, set));
  const headers = h('input', {
    type: 'checkbox',
    checked: true,
    'data-testid': 'switch-sendHeaders',
    onchange: () => set({ sendHeaders: headers.checked }),
  });

  /** @param {Partial<DemoState>} change */
  async function set(change) {
    show(await tell('PATCH', '/_demo/state', change));
  }

  async function reset() {
    const state = await tell('POST', '/_demo/reset');
    if (state !== null) {
      cache?.clear();
      onReset();
      show(await tell('GET', '/_demo/state'));
      said.textContent = 'The stories and posts are as they were at first.';
    }
  }

  /** @param {DemoState | null} state */
  function show(state) {
    if (state === null) {
      said.textContent = 'The server could not be reached; nothing was changed.';
      return;
    }
    for (const { name, select } of delays) {
      choose(select, state[name]);
    }
    headers.checked = state.sendHeaders;
    said.textContent = armed(state);
  }

  /**
   * @param {string} name
   * @param {string} label
   * @param {() => void} act
   */
  const button = (name, label, act) =>
    h(
      'button',
      { class: 'button small', type: 'button', 'data-testid': name, onclick: act },
      label,
    );

  const details = h(
    'details',
    { class: 'switches', 'data-testid': 'switches', ontoggle: () => details.open && look() },
    h('summary', {}, 'Make the server misbehave'),
    h(
      'div',
      { class: 'switches-body' },
      ...delays.map(({ element }) => element),
      h(
        'label',
        { class: 'check' },
        headers,
        h('span', {}, 'Writes name what they changed (', h('code', {}, 'X-Cache-Invalidate'), ')'),
      ),
      h(
        'div',
        { class: 'row' },
        button('fail-next-write', 'Fail the next write', () => set({ failNextWrites: 1 })),
        button('refuse-next-write', 'Refuse the next write', () => set({ refuseNextWrites: 1 })),
        button('unauthorize-next-write', 'Sign the next write out', () =>
          set({ unauthorizedNextWrites: 1 }),
        ),
        button('drop-next-answer', 'Lose the next answer', () => set({ dropNextAnswers: 1 })),
        button('demo-reset', 'Reset the data', reset),
      ),
      said,
    ),
  );

  async function look() {
    show(await tell('GET', '/_demo/state'));
  }

  return details;
}

/**
 * Asks the demo's server, past the cache.
 *
 * @param {string} method
 * @param {string} url
 * @param {object} [body]
 * @returns {Promise<any>} `null` where the server did not do it
 */
export async function tell(method, url, body) {
  try {
    const response = await plainFetch(url, {
      method,
      cache: 'no-store',
      body: body === undefined ? null : JSON.stringify(body),
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    });
    if (!response.ok) {
      return null;
    }
    const text = await response.text();
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * @param {Delay} name
 * @param {string} label
 * @param {(change: Partial<DemoState>) => void} set
 */
function delay(name, label, set) {
  const select = h('select', {
    class: 'input',
    'data-testid': `switch-${name}`,
    onchange: () => set({ [name]: Number(select.value) }),
  });
  put(select, ...STEPS.map((ms) => h('option', { value: ms }, waitOf(ms))));
  return { name, select, element: h('label', { class: 'field' }, h('span', {}, label), select) };
}

/**
 * Selects a delay, which somebody may have set to one that is not on offer.
 *
 * @param {HTMLSelectElement} select
 * @param {number} ms
 */
function choose(select, ms) {
  if (!STEPS.includes(ms) && ![...select.options].some(({ value }) => Number(value) === ms)) {
    select.append(h('option', { value: ms }, waitOf(ms)));
  }
  select.value = String(ms);
}

/** @param {number} ms */
function waitOf(ms) {
  return ms === 0 ? 'not at all' : `${ms / 1000} s`;
}

/** @param {DemoState} state */
function armed({ failNextWrites, refuseNextWrites, unauthorizedNextWrites, dropNextAnswers }) {
  const waiting = [
    failNextWrites > 0 && 'The next write will fail.',
    refuseNextWrites > 0 && 'A write will be refused for good.',
    unauthorizedNextWrites > 0 && 'A write will be told that nobody is signed in.',
    dropNextAnswers > 0 && 'The next write will be done, but its answer lost.',
  ];
  return waiting.filter((line) => line !== false).join(' ');
}
