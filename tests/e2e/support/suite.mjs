// A suite: the same tests in each engine that was chosen, over one server and one browser, each from a clean state.
import { after, before, describe, test } from 'node:test';
import { Demo } from './demo.mjs';
import { chosenEngines } from './engines.mjs';
import { Page } from './page.mjs';
import { Session } from './session.mjs';

/** How long one test may take. Milliseconds. */
const LIMIT = 150_000;

/** What a test is given: a browser with an empty tab, and servers. */
export class Site {
  /** @type {(() => unknown)[]} */
  #cleanups = [];

  /**
   * @param {Session} session
   * @param {Demo} demo
   * @param {(text: string) => void} note says in the report what was seen
   */
  constructor(session, demo, note) {
    this.note = note;
    this.session = session;
    this.driver = session.driver;
    this.engine = session.engine;
    this.demo = demo;
    this.page = new Page(session, demo.origin);
  }

  /**
   * Another demo server, until the test ends.
   *
   * @param {import('./demo.mjs').ServerOptions} options
   */
  async server(options) {
    const demo = await Demo.start(options);
    this.atEnd(() => demo.stop());
    return demo;
  }

  /**
   * Another browser, until the test ends.
   *
   * @param {Record<string, unknown>} [preferences] of its profile
   * @param {NodeJS.ProcessEnv} [env] beside what there is
   */
  async browser(preferences, env) {
    const session = await Session.start(this.engine, preferences, env);
    this.atEnd(() => session.stop());
    return session;
  }

  /**
   * A browser whose user prefers this, until the test ends.
   *
   * @param {'light' | 'dark'} scheme
   * @returns {Promise<Session>}
   */
  async coloured(scheme) {
    const isDark = scheme === 'dark';
    switch (this.engine) {
      case 'firefox':
        return this.browser({ 'layout.css.prefers-color-scheme.content-override': isDark ? 0 : 1 });
      case 'webkit':
        return this.browser(undefined, { GTK_THEME: isDark ? 'Adwaita:dark' : 'Adwaita' });
    }
    const emulate = (/** @type {object[]} */ features) =>
      this.session.devtools('Emulation.setEmulatedMedia', { features });
    await emulate([{ name: 'prefers-color-scheme', value: scheme }]);
    this.atEnd(() => emulate([]));
    return this.session;
  }

  /**
   * A page of another server, in the same tab or in that of another browser.
   *
   * @param {{ origin: string }} server
   * @param {Session} [session]
   */
  pageOf({ origin }, session = this.session) {
    return new Page(session, origin);
  }

  /** @param {() => unknown} work done when the test has ended */
  atEnd(work) {
    this.#cleanups.unshift(work);
  }

  async end() {
    for (const work of this.#cleanups.splice(0)) {
      await work();
    }
  }
}

/**
 * @callback Scenario declares a test; its name begins with the promise that it holds
 * @param {string} name
 * @param {(site: Site) => Promise<void>} work
 * @returns {void}
 */

/**
 * Declares tests for each engine that was chosen.
 *
 * @param {(scenario: Scenario, engine: import('./engines.mjs').EngineName) => void} declare
 * @param {{ among?: import('./engines.mjs').EngineName[] }} [options] `among`: engines that can do it at all
 */
export function suite(declare, { among } = {}) {
  for (const engine of chosenEngines().filter((name) => among?.includes(name) ?? true)) {
    describe(engine, () => {
      /** @type {Session} */
      let session;
      /** @type {Demo} */
      let demo;
      before(async () => {
        demo = await Demo.start();
        session = await Session.start(engine);
      });
      after(async () => {
        try {
          await session?.stop();
        } finally {
          await demo?.stop();
        }
      });
      /** @param {(site: Site) => Promise<void>} work @param {(text: string) => void} note */
      const run = async (work, note) => {
        await demo.reset();
        await session.clean(demo.origin);
        const site = new Site(session, demo, note);
        try {
          await work(site);
        } catch (error) {
          note(await situation(site));
          throw error;
        } finally {
          await site.end();
        }
      };
      declare((name, work) => {
        test(name, { timeout: LIMIT }, async (context) => {
          const note = (/** @type {string} */ text) => context.diagnostic(text);
          try {
            await run(work, note);
          } catch (error) {
            if (await session.isAlive()) {
              throw error;
            }
            // WebKitGTK was seen to crash while WebDriver waited for a page to load. What a page brings about comes once
            // more.
            note(`the browser has died, and the test begins anew in another one: ${error}`);
            await session.stop().catch(() => {});
            session = await Session.start(engine);
            await run(work, note);
          }
        });
      }, engine);
    });
  }
}

/**
 * Where a test that failed has left the browser.
 *
 * @param {Site} site
 */
async function situation({ driver, session }) {
  try {
    const trace = `return [...document.querySelectorAll('[data-testid=trace-line]')].slice(0, 12)
      .map((line) => line.innerText.replace(/\\s+/g, ' '))`;
    const lines = /** @type {string[]} */ (await driver.executeScript(trace));
    const complaints = await session.complaints();
    return [`at ${await driver.getCurrentUrl()}`, ...lines, ...complaints].join('\n');
  } catch (error) {
    return `the browser does not answer: ${error}`;
  }
}
