// A demo page in the tab that is open, and what its cache holds.
import assert from 'node:assert/strict';
import { By, error, Key } from 'selenium-webdriver';
import { until } from './until.mjs';

/**
 * @typedef {object} Answer
 * @property {string} url as it was asked for
 * @property {number} status
 * @property {string} from `network`, `memory` or `storage`, by its `Cache-Status`
 * @property {string} text
 * @property {Record<string, string>} headers
 */

/** The page in the tab that is open. */
export class Page {
  /**
   * @param {import('./session.mjs').Session} session
   * @param {string} origin
   */
  constructor(session, origin) {
    this.session = session;
    this.driver = session.driver;
    this.origin = origin;
    /**
     * Whether the demo's pages may prefetch. Most tests count requests and look at where answers came from, and what
     * is in view, or under the pointer, is to be none of it.
     */
    this.isPrefetching = false;
  }

  /**
   * Goes to a demo page, and waits for its first render.
   *
   * @param {string} path
   */
  async open(path) {
    if (!this.isPrefetching && /^\/(studio|community)\//.test(path)) {
      await this.#unprefetch();
    }
    await this.driver.get(this.origin + path);
    await this.ready();
  }

  /** Turns the demo's switch "Prefetch" off in this tab, before a page of the demo looks at it. */
  async #unprefetch() {
    const turn = `if (location.origin !== arguments[0]) return false;
      try { sessionStorage.setItem('demo:prefetch', 'off'); } catch { /* Site data is forbidden: it stays on. */ }
      return true;`;
    if (!(await this.driver.executeScript(turn, this.origin))) {
      // A document of this origin that runs no script.
      await this.driver.get(`${this.origin}/shared/icon.svg`);
      await this.driver.executeScript(turn, this.origin);
    }
  }

  /** Refreshes, and waits for the first render. */
  async refresh() {
    await this.driver.navigate().refresh();
    await this.ready();
  }

  /** Waits for a demo page's first render. */
  async ready() {
    const begun = () => this.driver.executeScript('return window.demo !== undefined');
    await until(begun, 'the page has begun');
    await this.driver.executeAsyncScript('window.demo.ready.then(arguments[0])');
  }

  /**
   * Runs a function in the page and gives back what its promise gives.
   *
   * @param {(...args: any[]) => unknown} work uses nothing from outside itself
   * @param {...unknown} args plain data
   */
  async run(work, ...args) {
    const call = `(async () => (${work})(...${JSON.stringify(args)}))()`;
    // In the page's own realm, which Firefox keeps from WebDriver's scripts.
    const script = `const done = arguments[0];
      window.eval(${JSON.stringify(call)}).then(
        (value) => done({ value: JSON.stringify(value) }),
        (error) => done({ error: String(error?.stack || '') + ' ' + String(error) }));`;
    const { value, error } = await this.driver.executeAsyncScript(script);
    if (error !== undefined) {
      throw new Error(`in the page: ${error}`);
    }
    return value === undefined || value === null ? undefined : JSON.parse(value);
  }

  /**
   * Reads URLs with the page's own `fetch`, one after the other.
   *
   * @param {string[]} urls
   * @param {RequestInit} [init]
   * @returns {Promise<Answer[]>}
   */
  async readAll(urls, init = {}) {
    return this.run(
      async (urls, init) => {
        const answers = [];
        for (const url of urls) {
          const response = await fetch(url, init);
          const { status } = response;
          const headers = Object.fromEntries(response.headers);
          const from = /everfresh; hit;.*detail=(\w+)/.exec(headers['cache-status'] ?? '')?.[1];
          const text = await response.text();
          answers.push({ url, status, from: from ?? 'network', text, headers });
        }
        return answers;
      },
      urls,
      init,
    );
  }

  /**
   * @param {string} url
   * @param {RequestInit} [init]
   */
  async read(url, init) {
    return (await this.readAll([url], init))[0];
  }

  /**
   * Writes with the page's own `fetch`.
   *
   * @param {string} method
   * @param {string} url
   * @param {object} [body]
   */
  async write(method, url, body) {
    const init = { method, headers: {}, body: undefined };
    if (body !== undefined) {
      Object.assign(init, {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    }
    return this.read(url, init);
  }

  /**
   * What `cache.entries()` says is in memory and in localStorage, and what is in localStorage by its keys:
   * paths, sorted.
   *
   * @returns {Promise<{ memory: string[], storage: string[], items: string[] }>}
   */
  async layers() {
    const found = await this.run(() => ({
      entries: globalThis.demo.cache.entries(),
      names: Object.keys(localStorage),
    }));
    const path = (/** @type {string} */ url) => url.replace(this.origin, '');
    const having = (/** @type {string} */ layer) =>
      found.entries
        .filter((/** @type {any} */ entry) => entry[layer])
        .map((/** @type {any} */ entry) => path(entry.url));
    const items = found.names
      .filter((/** @type {string} */ name) => name.startsWith('everfresh:e:'))
      .map((/** @type {string} */ name) => path(name.slice(name.indexOf('|') + 1)));
    return {
      memory: having('memory').sort(),
      storage: having('storage').sort(),
      items: items.sort(),
    };
  }

  /**
   * Waits until exactly these are in every layer.
   *
   * @param {string[]} paths
   */
  async holds(paths) {
    const wanted = JSON.stringify([...paths].sort());
    let last = {};
    const all = async () => {
      last = await this.layers();
      return Object.values(last).every((layer) => JSON.stringify(layer) === wanted);
    };
    try {
      await until(all, 'the layers hold what was read', 10_000);
    } catch {
      const sorted = [...paths].sort();
      assert.deepEqual(last, { memory: sorted, storage: sorted, items: sorted });
    }
  }

  /** Waits until nothing of what this page and others have changed is still to be sent. */
  async sent() {
    const none = () => this.run(() => globalThis.demo.cache.mutations.list.length === 0);
    await until(none, 'nothing is left to be sent');
  }

  /** From now on the cache's events are kept for {@link Page.events}. */
  async listen() {
    await this.run(() => {
      globalThis.seen = [];
      globalThis.demo.cache.events((event) => globalThis.seen.push(event));
    });
  }

  /**
   * The events of a type since {@link Page.listen}.
   *
   * @param {string} type
   * @returns {Promise<any[]>}
   */
  async events(type) {
    return this.run((type) => globalThis.seen.filter((event) => event.type === type), type);
  }

  /**
   * The element that a page offers for tests under this name.
   *
   * @param {string} testid
   */
  async find(testid) {
    const found = async () => (await this.driver.findElements(at(testid)))[0];
    return until(found, `the page has ${testid}`);
  }

  /**
   * Waits until an element's text matches.
   *
   * @param {string} testid
   * @param {RegExp} pattern
   */
  async says(testid, pattern) {
    let last = '';
    const matches = async () => {
      last = (await this.#of(testid, 'textContent')) ?? '';
      return pattern.test(last);
    };
    try {
      await until(matches, '');
    } catch {
      assert.match(last, pattern, `${testid} does not say that`);
    }
  }

  /**
   * Waits until a field has a value, or a badge a source.
   *
   * @param {string} testid
   * @param {string} property
   * @param {string} value
   */
  async has(testid, property, value) {
    let last;
    const same = async () => {
      last = await this.#of(testid, property);
      return last === value;
    };
    try {
      await until(same, '');
    } catch {
      assert.equal(last, value, `${property} of ${testid}`);
    }
  }

  /**
   * Where a badge says that its panel's data came from.
   *
   * @param {string} name
   * @param {string} source
   */
  async badge(name, source) {
    await this.has(`badge-${name}`, 'dataset.source', source);
  }

  /**
   * Clicks once nothing is being read any more, since an answer may replace what was to be clicked,
   * and once it is shown.
   *
   * @param {string} testid
   */
  async click(testid) {
    const loading = By.css('[data-source=loading]');
    const rests = async () => (await this.driver.findElements(loading)).length === 0;
    await until(rests, 'the page rests');
    await until(async () => {
      try {
        await (await this.find(testid)).click();
        return true;
      } catch (failure) {
        const replaced = failure instanceof error.StaleElementReferenceError;
        const hidden = failure instanceof error.ElementNotInteractableError;
        if (replaced || hidden) {
          return false;
        }
        throw failure;
      }
    }, `${testid} is clicked`);
  }

  /**
   * Types in place of what a field holds.
   *
   * @param {string} testid
   * @param {string} text
   */
  async type(testid, text) {
    const field = await this.find(testid);
    await until(() => field.isEnabled(), `${testid} can be written to`);
    await field.clear();
    await field.sendKeys(text);
  }

  /**
   * Presses keys, wherever the focus is.
   *
   * @param {...string} keys the first ones stay down while the last one is pressed
   */
  async press(...keys) {
    const held = keys.slice(0, -1);
    let actions = this.driver.actions();
    for (const key of held) {
      actions = actions.keyDown(key);
    }
    actions = actions.sendKeys(keys[held.length]);
    for (const key of held) {
      actions = actions.keyUp(key);
    }
    await actions.perform();
  }

  /**
   * Goes from control to control with the Tab key until one is reached.
   *
   * @param {string} testid
   */
  async tabTo(testid) {
    for (let left = 60; left > 0; left -= 1) {
      await this.press(Key.TAB);
      const focused = 'return document.activeElement?.dataset.testid ?? null';
      if ((await this.driver.executeScript(focused)) === testid) {
        return;
      }
    }
    assert.fail(`${testid} can't be reached with the Tab key`);
  }

  /**
   * @param {string} testid
   * @param {string} property such as `value` or `dataset.source`
   */
  async #of(testid, property) {
    return this.driver.executeScript(
      `const found = document.querySelector(arguments[0]);
       return arguments[1].split('.').reduce((value, name) => value?.[name], found) ?? null;`,
      `[data-testid="${testid}"]`,
      property,
    );
  }
}

/** @param {string} testid */
function at(testid) {
  return By.css(`[data-testid="${testid}"]`);
}
