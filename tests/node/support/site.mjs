// A server whose requests are answered by the test, one by one, and what a page has around a cache that asks it.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

/**
 * @typedef {object} Asked a request that waits for its answer
 * @property {string} what method and path
 * @property {import('node:http').IncomingHttpHeaders} headers
 * @property {string} body
 * @property {(status: number, data?: unknown, headers?: Record<string, string>) => void} answer
 * @property {() => void} drop cuts the connection
 * @property {Promise<void>} gone nobody waits for the answer
 */

/** One server for a test file; it is the page's own origin. */
export class Site {
  /** @type {Asked[]} */ #asked = [];
  /** @type {(() => void)[]} */ #waiting = [];
  #server = createServer((request, response) => this.#take(request, response));
  /** The address of a path, once it is started. @type {(path: string) => string} */
  url = (path) => path;

  /** Starts it, and loads the package. */
  async start() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
    const origin = `http://127.0.0.1:${port}`;
    this.url = (path) => `${origin}${path}`;
    Object.assign(globalThis, { origin, location: new URL('/', origin) });
    Object.assign(globalThis, { navigator: globalThis.navigator ?? {} });
    const built = new URL('../../../pkg-template/dist/', import.meta.url);
    const everfresh = await import(`${built}slim.js`);
    await everfresh.initialize(await readFile(new URL('everfresh.wasm', built)));
    return everfresh;
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** How many requests wait for an answer. */
  get waiting() {
    return this.#asked.length;
  }

  /**
   * The next request that is this, once it has come.
   *
   * @param {string} what method and path
   * @returns {Promise<Asked>}
   */
  async next(what) {
    for (;;) {
      const at = this.#asked.findIndex((asked) => asked.what === what);
      if (at >= 0) {
        return this.#asked.splice(at, 1)[0];
      }
      await new Promise((resolve) => this.#waiting.push(() => resolve(undefined)));
    }
  }

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   */
  async #take(request, response) {
    let body = '';
    for await (const part of request.setEncoding('utf8')) {
      body += part;
    }
    /** @type {Asked} */
    const asked = {
      what: `${request.method} ${request.url}`,
      headers: request.headers,
      body,
      answer: (status, data, headers) => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(data === undefined ? '' : JSON.stringify(data));
      },
      drop: () => request.socket.destroy(),
      gone: new Promise((resolve) => response.once('close', () => resolve())),
    };
    this.#asked.push(asked);
    // Nobody waits for what was given up.
    asked.gone.then(() => {
      this.#asked = this.#asked.filter((other) => other !== asked);
    });
    for (const look of this.#waiting.splice(0)) {
      look();
    }
  }
}
