// @ts-check
/**
 * What the overlay is told: reports of the client, and what this side keeps; and the network as it is simulated.
 */
import { dataOf } from './data.js';
import { unpack } from './response.js';
import * as wire from './wire.js';

/** @import { Bodies } from './bodies.js' */
/** @import { Gate } from './gate.js' */
/** @import { Layers } from './layers.js' */
/** @import { Reads } from './reads.js' */
/** @import { StoredBody } from './response.js' */
/** @import { Tabs } from './tabs.js' */

/** Some of the entries: places from one on, and how many; then as lists of the client's reports (`src/convert`). */
const ENTRIES = 0;
/** A key. */
const DETAILS = 1;
/** 1: mark as stale; origin or nothing, targets. */
const DRY_RUN = 2;
/** Steps after one of this number. */
const STEPS = 3;
const STATE = 4;

/**
 * What is looked into.
 * @typedef {object} Inspected
 * @property {Gate} gate
 * @property {Bodies} bodies
 * @property {Layers} layers
 * @property {Reads} reads
 * @property {Tabs} tabs
 * @property {import('./leader.js').Leader} leader
 * @property {import('./push.js').Push} [push]
 */

/**
 * A body, to be shown.
 * @typedef {object} Shown
 * @property {number} status
 * @property {string[]} headers names and values in turn
 * @property {string} text empty where there is none
 * @property {boolean} isText it can be edited
 */

export class Inspector {
  #parts;

  /** @param {Inspected} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Whether there is a client. */
  get isOpen() {
    return this.#parts.gate.isOpen;
  }

  /** This document's name. */
  get document() {
    return this.#parts.tabs.document;
  }

  /** Whether this document sends what is durable. */
  get leads() {
    return this.#parts.leader.leads;
  }

  /** The connection on which the server says what is old, if the page wants one. */
  get push() {
    return this.#parts.push?.state;
  }

  /** @param {number} from @param {number} count @returns {any} */
  entries(from, count) {
    return this.#ask(ENTRIES, from, count) ?? { entries: [], more: false };
  }

  /** A key in memory and in localStorage, with its bodies. @param {string} key @returns {any} */
  details(key) {
    const found = this.#ask(DETAILS, 0, 0, [key]) ?? {};
    const kept = this.#parts.bodies.get(found.entry?.body);
    let stored;
    try {
      const text = localStorage.getItem(found.item ?? '') ?? '';
      stored = unpack(text.slice(text.indexOf('\n') + 1));
    } catch {
      // Site data is forbidden.
    }
    return { ...found, memoryBody: kept && shown(kept), storedBody: stored && shown(stored) };
  }

  /** @param {string[]} targets @param {boolean} stale @returns {any} */
  dryRun(targets, stale) {
    return this.#ask(DRY_RUN, +stale, 0, [
      '',
      ...targets.map((target) => target.replaceAll('\n', ' ')),
    ]);
  }

  /** What has happened after a step. @param {number} after @returns {any[]} */
  steps(after) {
    return this.#ask(STEPS, after) ?? [];
  }

  /** @returns {any} */
  state() {
    return this.#ask(STATE);
  }

  /** URLs that are shown with changes of mutations, and how many. @returns {[url: string, count: number][]} */
  layers() {
    return this.#parts.layers.list;
  }

  /** Empties a layer, here alone. @param {'memory' | 'storage'} layer */
  forget(layer) {
    this.#parts.gate.tell(wire.FORGET, +(layer === 'storage'));
  }

  /** Says what the network is, whatever it is. @param {boolean} online */
  signal(online) {
    this.#parts.gate.tell(wire.SIGNAL, online ? 2 : 3);
  }

  /**
   * What is between the page and the network, and between this tab and others.
   * @param {Reads['simulated']} network
   * @param {boolean} isMute no message to or from other tabs arrives
   */
  simulate(network, isMute) {
    this.#parts.reads.simulated = network;
    this.#parts.tabs.isMute = isMute;
  }

  /** Asks the server, past all caches. @param {string} url @returns {Promise<Response>} */
  askServer(url) {
    return this.#parts.reads.native([url, { cache: 'no-store' }]);
  }

  /** @param {number} what @param {number} [a] @param {number} [b] @param {string[]} [lines] */
  #ask(what, a = 0, b = 0, lines = []) {
    const { gate } = this.#parts;
    const text = gate.enter((client) => client.inspect(what, a, b, lines.join('\n')));
    return text ? JSON.parse(text) : undefined;
  }
}

/** @param {StoredBody} body @returns {Shown} */
function shown(body) {
  const { status, headers, data } = body;
  let text = typeof data === 'string' ? data : '';
  if (!text && 'value' in body) {
    try {
      text = JSON.stringify(dataOf(body, Error)) ?? '';
    } catch {
      // It is no plain data.
    }
  }
  return { status, headers, text, isText: text !== '' };
}
