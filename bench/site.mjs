// A browser, and the pages that it opens.
import { Page } from '../tests/e2e/support/page.mjs';
import { Session } from '../tests/e2e/support/session.mjs';
import { until } from '../tests/e2e/support/until.mjs';
import { serve } from './server.mjs';

/** How long a script may run in the page. Milliseconds. */
const LIMIT = 600_000;

export class Site {
  /** @type {{ origin: string, stop: () => void }[]} */
  #servers = [];

  /**
   * @param {Session} session
   * @param {Map<string, Uint8Array>} scripts
   */
  constructor(session, scripts) {
    this.session = session;
    this.scripts = scripts;
  }

  /**
   * @param {import('../tests/e2e/support/engines.mjs').EngineName} engine
   * @param {Map<string, Uint8Array>} scripts
   */
  static async start(engine, scripts) {
    const session = await Session.start(engine);
    await session.driver.manage().setTimeouts({ script: LIMIT });
    return new Site(session, scripts);
  }

  /** A page of an origin of its own, with nothing in its storage. */
  async origin() {
    const server = await serve(this.scripts);
    this.#servers.push(server);
    return new BenchPage(this.session, server.origin);
  }

  async stop() {
    for (const { stop } of this.#servers) stop();
    await this.session.stop();
  }
}

/** The page that measures, in the tab that is open. */
export class BenchPage extends Page {
  /** Loads it anew. @param {string} [query] */
  async load(query = '') {
    await this.driver.get(`${this.origin}/${query}`);
    await until(() => this.run(() => 'bench' in globalThis), 'the page is there');
    return this;
  }
}
