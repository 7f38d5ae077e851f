// A page of the tests' own, whose data and whose writes a test has in its hands.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { tools } from './lab-tools.mjs';
import { built } from './paths.mjs';
import { Relay } from './relay.mjs';
import { until } from './until.mjs';

/**
 * @typedef {import('./relay.mjs').Given} Given
 *
 * @typedef {object} Write a write that has come, and hangs until it is answered
 * @property {import('./relay.mjs').Asked} asked
 * @property {any} body as JSON
 * @property {string | undefined} key of its `Idempotency-Key`
 * @property {(given?: Given | null) => void} answer `null` loses it
 *
 * @typedef {object} LabOptions
 * @property {string} [options] of the cache, beside the scope and the rules: members of an object, as JavaScript
 * @property {string} [head] markup at the beginning of the page
 * @property {string} [packaged] folder with the package
 * @property {import('./session.mjs').Session} [session] another browser
 * @property {Map<string, unknown>} [data] what the server has at first, by path
 * @property {boolean} [kept] the browser keeps the page and its files, and asks nobody before it uses them
 */

/** Data and writes of a test's own: `/lab/data/…` is read, all else below `/lab/` is written. */
export class Lab {
  /** What the server has, by path. @type {Map<string, unknown>} */
  data = new Map();
  /** Answers writes at once, unless it gives nothing. @type {(write: Write) => Given | null | undefined} */
  auto = () => undefined;
  /** @type {Write[]} */
  #coming = [];

  /**
   * @param {Relay} relay
   * @param {import('./page.mjs').Page} page
   * @param {Given} html
   */
  constructor(relay, page, html) {
    this.relay = relay;
    this.page = page;
    relay.answer = (asked) => this.#answer(asked, html);
  }

  /**
   * @param {import('./suite.mjs').Site} site
   * @param {LabOptions} [options]
   */
  static async start(site, { options = '', head = '', packaged, session, kept, data } = {}) {
    const demo = packaged ? await site.server({ packaged }) : site.demo;
    const relay = await Relay.start(site, demo);
    const headers = kept ? { 'cache-control': 'max-age=600' } : {};
    for (const name of readdirSync(packaged ?? built)) {
      relay.extra.set(`GET /pkg/${name}`, headers);
    }
    const html = { headers, body: document(head, options) };
    const lab = new Lab(relay, site.pageOf(relay, session), html);
    lab.data = data ?? lab.data;
    return lab;
  }

  /**
   * Opens the page, and watches keys as soon as the cache has started.
   *
   * @param {string[]} [watched]
   * @param {string} [user] who is signed in; nobody where it is empty
   */
  async open(watched = [], user = 'ada') {
    await this.page.open(address(watched, user));
    return this;
  }

  /** How often a path was read. @param {string} path */
  reads(path) {
    return this.relay.seen.filter((asked) => asked.method === 'GET' && asked.path === path).length;
  }

  /**
   * The next write to a path, once it has come.
   *
   * @param {string} path
   */
  async write(path) {
    const is = (/** @type {Write} */ { asked }) => asked.path === path;
    const write = await until(() => this.#coming.find(is), `a write to ${path} has come`);
    this.#coming.splice(this.#coming.indexOf(write), 1);
    return write;
  }

  /** The paths of the writes that have come, in order. */
  get order() {
    return this.relay.writes().map(({ path }) => path);
  }

  /**
   * Waits until a key is shown so; then all that was shown of it.
   *
   * @param {string} key
   * @param {unknown} expected
   * @returns {Promise<any[]>}
   */
  async shows(key, expected) {
    const wanted = JSON.stringify(expected);
    let views = [];
    const shown = async () => {
      views = await this.views(key);
      return JSON.stringify(views.at(-1)) === wanted;
    };
    try {
      await until(shown, '', 10_000);
    } catch {
      assert.deepEqual(views.at(-1), expected, `${key} was shown as ${JSON.stringify(views)}`);
    }
    return views;
  }

  /** All different things that were shown of a key, in order. @param {string} key @returns {Promise<any[]>} */
  async views(key) {
    return this.page.run((key) => globalThis.lab.views[key] ?? [], key);
  }

  /**
   * How something ended that `lab.send` began; waits for it.
   *
   * @param {string} name
   * @returns {Promise<any>}
   */
  async outcome(name) {
    const ended = () => this.page.run((name) => globalThis.lab.outcomes[name], name);
    return until(ended, `${name} has ended`);
  }

  /** Waits until the data of a key is in storage. @param {string} key */
  async keeps(key) {
    const kept = () =>
      this.page.run(
        (key) => globalThis.demo.cache.entries().some((e) => e.storage && e.url.endsWith(key)),
        key,
      );
    await until(kept, `${key} is stored`);
  }

  /** Waits until a mutation has this status; then what is known of it. @param {string} status @returns {Promise<any>} */
  async has(status) {
    const found = async () => {
      const list = await this.list();
      return list.find((/** @type {any} */ mutation) => mutation.status === status);
    };
    return until(found, `a mutation is ${status}`);
  }

  /** The mutations that are pending. @returns {Promise<any[]>} */
  async list() {
    return this.page.run(() => globalThis.demo.cache.mutations.list);
  }

  /** Waits until nothing is pending. */
  async rests() {
    const list = async () => (await this.list()).length === 0;
    await until(list, 'no mutation is pending');
  }

  /** The names of the edits in storage. @returns {Promise<string[]>} */
  async stored() {
    return this.page.run(() =>
      Object.keys(localStorage)
        .filter((name) => name.startsWith('everfresh:o:'))
        .sort(),
    );
  }

  /**
   * @param {import('./relay.mjs').Asked} asked
   * @param {Given} html
   */
  #answer(asked, html) {
    const { method, path, headers, body } = asked;
    if (method === 'GET' && /^\/lab\/(\?|$)/.test(path)) {
      return html;
    }
    if (!path.startsWith('/lab/')) {
      return undefined;
    }
    if (method === 'GET') {
      const data = this.data.get(path);
      return data === undefined ? { status: 404, body: {} } : { body: data };
    }
    const key = `${headers['idempotency-key'] ?? ''}`.replaceAll('"', '') || undefined;
    return new Promise((resolve) => {
      const answer = (/** @type {Given | null} */ given = {}) =>
        resolve(given && { body: {}, ...given });
      const write = { asked, key, body: body === '' ? undefined : JSON.parse(body), answer };
      const given = this.auto(write);
      if (given === undefined) {
        this.#coming.push(write);
      } else {
        answer(given);
      }
    });
  }
}

/** @param {string[]} watched @param {string} user */
function address(watched, user) {
  const query = new URLSearchParams([['user', user], ...watched.map((key) => ['watch', key])]);
  return `/lab/?${query}`;
}

/** @param {string} head @param {string} options */
function document(head, options) {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Lab</title>
    <link rel="icon" href="/shared/icon.svg">${head}
    <script type="importmap">{"imports":{"everfresh":"/pkg/index.js"}}</script></head><body>
    <script type="module">
      import * as everfresh from 'everfresh';
      (${tools})(everfresh, { ${options} });
    </script></body></html>`;
}
