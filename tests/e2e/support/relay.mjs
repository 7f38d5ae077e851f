// What stands between a browser and the demo server: it can hold a request at each point of its way.
import { createServer, request } from 'node:http';
import { until } from './until.mjs';

/**
 * Where a request is held: before the server has it; when the server has answered and nobody has the answer;
 * between the answer's head and its body. It goes on when it is released, also where its page has gone.
 *
 * @typedef {'request' | 'answer' | 'body'} Point
 */

export class Relay {
  #server = createServer((asked, answer) => this.#relay(asked, answer));
  #target;
  /** By method, path and point. @type {Map<string, { opened: Promise<void>, open: () => void, reached: boolean }>} */
  #gates = new Map();
  /** Headers to set on answers, by method and path. @type {Map<string, Record<string, string>>} */
  extra = new Map();

  /** @param {string} target origin of the server behind */
  constructor(target) {
    this.#target = target;
  }

  /**
   * Starts one, until the test ends.
   *
   * @param {import('./suite.mjs').Site} site
   * @param {{ origin: string }} [demo] the server behind
   */
  static async start(site, demo = site.demo) {
    const relay = new Relay(demo.origin);
    await new Promise((resolve) => relay.#server.listen(0, '127.0.0.1', () => resolve(undefined)));
    site.atEnd(() => {
      for (const { open } of relay.#gates.values()) {
        open();
      }
      relay.#server.closeAllConnections();
      relay.#server.close();
    });
    return relay;
  }

  get origin() {
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
    return `http://127.0.0.1:${port}`;
  }

  /**
   * The next request of a method and path waits here.
   *
   * @param {string} what such as `GET /api/x`
   * @param {Point} point
   */
  hold(what, point) {
    let open = () => {};
    const opened = /** @type {Promise<void>} */ (new Promise((resolve) => (open = resolve)));
    this.#gates.set(`${what} ${point}`, { opened, open, reached: false });
  }

  /**
   * Waits until it waits.
   *
   * @param {string} what
   * @param {Point} point
   */
  async reached(what, point) {
    const gate = this.#gates.get(`${what} ${point}`);
    await until(() => gate?.reached, `${what} has come to its ${point}`);
  }

  /**
   * It goes on.
   *
   * @param {string} what
   * @param {Point} point
   */
  release(what, point) {
    this.#gates.get(`${what} ${point}`)?.open();
  }

  /**
   * @param {import('node:http').IncomingMessage} asked
   * @param {import('node:http').ServerResponse} answer
   */
  async #relay(asked, answer) {
    const { method = 'GET', url = '/', headers } = asked;
    const what = `${method} ${url}`;
    const body = await read(asked);
    await this.#pass(what, 'request');
    const options = { method, headers: { ...headers, connection: 'close' } };
    const given = await new Promise((resolve) => {
      const passed = request(new URL(url, this.#target), options, resolve);
      passed.on('error', () => resolve(undefined)).end(body);
    });
    if (!given) {
      answer.destroy();
      return;
    }
    const content = await read(given);
    await this.#pass(what, 'answer');
    const extra = this.extra.get(what);
    answer.writeHead(given.statusCode, { ...given.headers, ...extra }).flushHeaders();
    await this.#pass(what, 'body');
    answer.end(content);
  }

  /** @param {string} what @param {Point} point */
  async #pass(what, point) {
    const gate = this.#gates.get(`${what} ${point}`);
    if (gate && !gate.reached) {
      gate.reached = true;
      await gate.opened;
    }
  }
}

/** @param {import('node:http').IncomingMessage} message */
async function read(message) {
  const chunks = [];
  try {
    for await (const chunk of message) {
      chunks.push(chunk);
    }
  } catch {
    // It was cut off; what has come is all there is.
  }
  return Buffer.concat(chunks);
}
