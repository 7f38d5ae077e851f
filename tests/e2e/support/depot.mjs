// A server of another origin that any page may read: the package, with files that can be held back, and a stream.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { built } from './paths.mjs';
import { until } from './until.mjs';

/** @type {Record<string, string>} */
const TYPES = { '.js': 'text/javascript', '.wasm': 'application/wasm' };

export class Depot {
  #server = createServer((request, response) => this.#answer(request.url ?? '/', response));
  /** @type {Set<string>} */ #held = new Set();
  /** @type {Map<string, (() => void)[]>} */ #waiting = new Map();
  /** @type {import('node:http').ServerResponse | undefined} */ #stream;

  /**
   * Starts one, until the test ends.
   *
   * @param {import('./suite.mjs').Site} site
   */
  static async start(site) {
    const depot = new Depot();
    await new Promise((resolve) => depot.#server.listen(0, '127.0.0.1', () => resolve(undefined)));
    site.atEnd(() => {
      depot.#server.closeAllConnections();
      depot.#server.close();
    });
    return depot;
  }

  get origin() {
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
    return `http://127.0.0.1:${port}`;
  }

  /**
   * Answers for this path wait from now on.
   *
   * @param {string} path
   */
  hold(path) {
    this.#held.add(path);
  }

  /**
   * Waits until somebody waits for this path.
   *
   * @param {string} path
   */
  async asked(path) {
    await until(() => this.#waiting.has(path), `${path} is asked for`);
  }

  /** @param {string} path */
  release(path) {
    this.#held.delete(path);
    for (const go of this.#waiting.get(path) ?? []) {
      go();
    }
    this.#waiting.delete(path);
  }

  /**
   * Sends a piece of the answer to `/stream`, once that was asked for.
   *
   * @param {string} piece
   */
  async send(piece) {
    (await until(() => this.#stream, '/stream is asked for')).write(piece);
  }

  /** Ends the answer to `/stream`. */
  finish() {
    this.#stream?.end();
  }

  /**
   * @param {string} path
   * @param {import('node:http').ServerResponse} response
   */
  #answer(path, response) {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('cache-control', 'no-store');
    if (path === '/stream') {
      this.#stream = response;
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).flushHeaders();
    } else if (this.#held.has(path)) {
      const go = () => this.#file(path, response);
      this.#waiting.set(path, [...(this.#waiting.get(path) ?? []), go]);
    } else {
      this.#file(path, response);
    }
  }

  /**
   * @param {string} path
   * @param {import('node:http').ServerResponse} response
   */
  #file(path, response) {
    const name = /^\/pkg\/([\w.]+)$/.exec(path)?.[1];
    const type = TYPES[extname(name ?? '')];
    if (name === undefined || type === undefined) {
      response.writeHead(404).end();
    } else {
      response.writeHead(200, { 'content-type': type }).end(readFileSync(join(built, name)));
    }
  }
}
