// @ts-check

import { isLost, isOffline, lose, onConnection } from './connection.js';
import { short } from './describe.js';
import { arrange, h, put } from './dom.js';
import { explained, mutations, onMutations, stateOf } from './mutations.js';
import { signIn } from './start.js';
import { counted } from './units.js';
import { verdict } from './unsaved.js';

/** @typedef {import('everfresh').MutationInfo} MutationInfo */

/** What is done sooner is not read out. Milliseconds. */
const QUICK = 1000;

/** What a write is, for people, by its method and path. @type {[RegExp, string][]} */
const NAMES = [
  [/^PATCH .*\/scenes\/(\d+)$/, 'Scene $1'],
  [/^POST .*\/posts$/, 'New post'],
  [/^POST .*\/posts\/(\w+)\/replies$/, 'Reply to post $1'],
  [/^POST .*\/posts\/(\w+)\/like$/, 'Like of post $1'],
];

/** The panel "Outbox": every write that is not done, and the switch that takes the connection away. */
export class Outbox {
  /** @type {Map<string, Edit>} */
  #edits = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  constructor() {
    this.said = h('p', { class: 'outbox-said', 'data-testid': 'outbox-status' });
    this.readOut = h('p', { class: 'visually-hidden', 'aria-live': 'polite' });
    this.list = h('ol', { class: 'edits', 'aria-labelledby': 'outbox-title' });
    /** In the bar, so that it is seen where the panel is not. */
    this.link = h('a', { class: 'outbox-state', href: '#outbox', hidden: true });
    this.connection = h('input', {
      type: 'checkbox',
      role: 'switch',
      'data-testid': 'lose-connection',
      onchange: () => lose(this.connection.checked),
    });
    this.signIn = h(
      'button',
      { class: 'button small', type: 'button', 'data-testid': 'sign-in', onclick: signIn },
      'Sign in again',
    );
    this.element = h(
      'section',
      {
        class: 'outbox',
        id: 'outbox',
        tabindex: '-1',
        'aria-labelledby': 'outbox-title',
        'data-testid': 'outbox',
      },
      h('h2', { id: 'outbox-title' }, 'Outbox'),
      h('label', { class: 'check' }, this.connection, h('span', {}, 'Lose my connection')),
      this.said,
      this.readOut,
      this.list,
      this.signIn,
      h('a', { class: 'small', href: '/exercise/' }, 'Kill a tab in the middle of a save'),
    );
    onMutations(() => this.#show());
    onConnection(() => this.#show());
    this.#show();
  }

  #show() {
    const before = this.#edits;
    this.#edits = new Map();
    for (const mutation of mutations()) {
      const edit = before.get(mutation.id) ?? new Edit(mutation);
      edit.show(mutation);
      this.#edits.set(mutation.id, edit);
    }
    arrange(
      this.list,
      [...this.#edits.values()].map(({ element }) => element),
    );
    this.list.hidden = this.#edits.size === 0;
    this.signIn.hidden = !mutations().some(({ status }) => status === 'paused');
    this.connection.checked = isLost();
    this.#tell();
  }

  #tell() {
    const all = mutations();
    const dead = all.filter(({ status }) => status === 'dead').length;
    const text = summary(all.length - dead, dead);
    this.link.hidden = all.length === 0 && !isOffline();
    this.link.textContent = text;
    this.said.textContent = text;
    this.said.dataset.state = dead > 0 ? 'error' : isOffline() ? 'offline' : 'ready';
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      // The same words again would be read out again.
      if (this.readOut.textContent !== text) {
        this.readOut.textContent = text;
      }
    }, QUICK);
  }
}

/** A write in the list. */
class Edit {
  /** @type {string | undefined} */
  #status;

  /** @param {MutationInfo} mutation */
  constructor({ method, url }) {
    const path = short(url);
    const [pattern, name] = NAMES.find(([pattern]) => pattern.test(`${method} ${path}`)) ?? [];
    this.name =
      pattern === undefined || name === undefined
        ? `${method} ${path}`
        : `${method} ${path}`.replace(pattern, name);
    this.state = h('span', { class: 'edit-state' });
    this.verdict = h('div', { class: 'edit-verdict' });
    this.element = h(
      'li',
      { 'data-testid': 'edit' },
      h('strong', {}, this.name),
      this.state,
      this.verdict,
    );
  }

  /** @param {MutationInfo} mutation */
  show(mutation) {
    const { id, status, durable, error } = mutation;
    this.element.dataset.status = status;
    this.state.textContent = `${stateOf(mutation)}${durable ? '' : ', in this page only'}`;
    if (status !== this.#status) {
      this.#status = status;
      put(this.verdict);
      if (status === 'dead') {
        explained(error).then(({ message }) => {
          if (this.#status === 'dead') {
            put(this.verdict, h('p', {}, message), verdict(id, this.name));
          }
        });
      }
    }
  }
}

/**
 * @param {number} waiting
 * @param {number} dead
 */
function summary(waiting, dead) {
  const edits = counted(waiting, 'edit', 'edits');
  const verb = waiting === 1 ? 'is' : 'are';
  const parts = [
    isOffline() && (waiting > 0 ? `Offline: ${edits} ${verb} kept here.` : 'Offline.'),
    !isOffline() && waiting > 0 && `${edits} ${verb} on the way.`,
    dead > 0 && `${counted(dead, 'edit was', 'edits were')} not saved.`,
    waiting + dead === 0 && 'Everything is saved.',
  ];
  return parts.filter((part) => part !== false).join(' ');
}
