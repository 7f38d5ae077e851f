// The overlay of the page in the tab that is open.
import assert from 'node:assert/strict';
import { Key } from 'selenium-webdriver';
import { until } from './until.mjs';

/** The overlay, from outside: by its keys, and by what it shows. */
export class Overlay {
  /** @param {import('./page.mjs').Page} page */
  constructor(page) {
    this.page = page;
    this.driver = page.driver;
  }

  /** Presses Ctrl, Shift and a letter. @param {string} letter */
  async press(letter) {
    const actions = this.driver.actions();
    await actions.keyDown(Key.CONTROL).keyDown(Key.SHIFT).sendKeys(letter).perform();
    await this.driver.actions().keyUp(Key.SHIFT).keyUp(Key.CONTROL).perform();
  }

  /** Types into what has the focus. @param {...string} keys */
  async type(...keys) {
    await this.driver
      .actions()
      .sendKeys(...keys)
      .perform();
  }

  /** Opens it by its keys, at a panel. @param {string} [view] */
  async open(view) {
    await this.press('d');
    await until(() => this.isOpen(), 'the overlay is open');
    if (view) {
      await this.click(`tab-${view}`);
      await this.find(`panel-${view}`);
    }
    return this;
  }

  isOpen() {
    return this.#evaluate('return !!root?.querySelector("[data-testid=frame]")');
  }

  /** Waits until there is an element. @param {string} testid */
  async find(testid) {
    await until(() => this.#evaluate(`return !!find(${JSON.stringify(testid)})`), `${testid}`);
  }

  /** Clicks an element, once it is there and can be. @param {string} testid */
  async click(testid) {
    const script = `const found = find(${JSON.stringify(testid)});
      if (!found || found.disabled) return false;
      found.click(); return true;`;
    await until(() => this.#evaluate(script), `${testid} is clicked`);
  }

  /** Fills a field. @param {string} testid @param {string} text */
  async fill(testid, text) {
    await this.find(testid);
    await this.#evaluate(`const found = find(${JSON.stringify(testid)});
      found.focus();
      found.value = ${JSON.stringify(text)};
      for (const type of ['input', 'change']) found.dispatchEvent(new Event(type, { bubbles: true }));`);
  }

  /** The text of an element, or nothing. @param {string} testid @returns {Promise<string | null>} */
  text(testid) {
    return this.#evaluate(
      `return find(${JSON.stringify(testid)})?.textContent.replace(/\\s+/g, ' ').trim() ?? null`,
    );
  }

  /** The texts of all elements of this name. @param {string} testid @returns {Promise<string[]>} */
  texts(testid) {
    return this.#evaluate(
      `return [...root.querySelectorAll('[data-testid=${JSON.stringify(testid)}]')]
        .map((found) => found.textContent.replace(/\\s+/g, ' ').trim())`,
    );
  }

  /** Waits until an element says something. @param {string} testid @param {RegExp | string} wanted */
  async says(testid, wanted) {
    let last = /** @type {string | null} */ (null);
    const fits = async () => {
      last = await this.text(testid);
      return typeof wanted === 'string' ? last === wanted : last !== null && wanted.test(last);
    };
    try {
      await until(fits, '', 10_000);
    } catch {
      assert.fail(`${testid} says ${JSON.stringify(last)}, not ${wanted}`);
    }
  }

  /** An attribute of an element. @param {string} testid @param {string} name @returns {Promise<string | null>} */
  attribute(testid, name) {
    return this.#evaluate(
      `return find(${JSON.stringify(testid)})?.getAttribute(${JSON.stringify(name)}) ?? null`,
    );
  }

  /** Chooses of a list. @param {string} testid @param {string} value */
  select(testid, value) {
    return this.fill(testid, value);
  }

  /** Gives a field a file. @param {string} testid @param {string} name @param {string} text */
  async upload(testid, name, text) {
    await this.find(testid);
    await this.page.run(
      (testid, name, text) => {
        const root = document.querySelector('everfresh-devtools').shadowRoot;
        const field = /** @type {HTMLInputElement} */ (
          root.querySelector(`[data-testid=${testid}]`)
        );
        const files = new DataTransfer();
        files.items.add(new File([text], name, { type: 'application/json' }));
        field.files = files.files;
        field.dispatchEvent(new Event('change', { bubbles: true }));
      },
      testid,
      name,
      text,
    );
  }

  /** What is marked. @returns {Promise<string[]>} */
  marks() {
    return this.#evaluate("return [...root.querySelectorAll('mark')].map((m) => m.textContent)");
  }

  /** How many images it has. @returns {Promise<number>} */
  images() {
    return this.#evaluate("return root.querySelectorAll('img').length");
  }

  /** A style as it counts. @param {string} testid @param {string} name @returns {Promise<string>} */
  style(testid, name) {
    return this.#evaluate(`return getComputedStyle(find(${JSON.stringify(testid)})).${name}`);
  }

  /** @param {string} testid */
  async focus(testid) {
    await this.find(testid);
    await this.#evaluate(`find(${JSON.stringify(testid)}).focus()`);
  }

  /** The test names of the tabs. @returns {Promise<string[]>} */
  tabs() {
    return this.#evaluate(
      "return [...root.querySelectorAll('[role=tab]')].map((tab) => tab.dataset.testid)",
    );
  }

  /** The test name of what has the focus within it, or what is on the page. @returns {Promise<string>} */
  focused() {
    return this.#evaluate(`const active = root?.activeElement ?? document.activeElement;
      return active.dataset.testid ?? active.id ?? active.tagName;`);
  }

  /** @param {string} script finds `root`, and `find` by test name @returns {Promise<any>} */
  #evaluate(script) {
    return this.driver.executeScript(`
      const roots = [...document.querySelectorAll('everfresh-devtools')].map((one) => one.shadowRoot);
      const root = roots.find((one) => one.querySelector('[data-testid=frame]')) ?? roots[0];
      const find = (name) => root?.querySelector('[data-testid="' + CSS.escape(name) + '"]');
      ${script}`);
  }
}
