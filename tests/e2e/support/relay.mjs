// What stands between a browser and the demo server: it can hold a request at each point of its way, lose it, answer it
// itself, and has seen all of them.
import { createServer, request } from 'node:http';
import { until } from './until.mjs';

/**
 * Where a request is held: before the server has it; when the server has answered and nobody has the answer;
 * between the answer's head and its body. It goes on when it is released, also where its page has gone.
 *
 * @typedef {'request' | 'answer' | 'body'} Point
 */

/**
 * @typedef {object} Asked a request
 * @property {string} method
 * @property {string} path with its query
 * @property {import('node:http').IncomingHttpHeaders} headers
 * @property {string} body
 * @property {boolean} [isCut] who asked has gone without an answer
 *
 * @typedef {{ status?: number, headers?: Record<string, string>, body?: unknown }} Given an answer; its body goes out as
 *   JSON unless it is text
 */

/** What no switch of ours stops. */
const FILES = /^\/(pkg|shared|everfresh\.json|lab\/(\?|$))/;

export class Relay {
  #server = createServer((asked, answer) => this.#relay(asked, answer));
  #target;
  /** By method, path and point. @type {Map<string, { opened: Promise<void>, open: () => void, reached: boolean }>} */
  #gates = new Map();
  /** Headers to set on answers, by method and path. @type {Map<string, Record<string, string>>} */
  extra = new Map();
  /** All requests that have come here, in order. @type {Asked[]} */
  seen = [];
  /**
   * Gives an answer in place of the server's, `null` to lose the request, or nothing to let it pass.
   *
   * @type {(asked: Asked) => Given | null | undefined | Promise<Given | null | undefined>}
   */
  answer = () => undefined;
  #down = false;
  /** Connections with a request of the API under way. @type {Set<import('node:net').Socket>} */
  #busy = new Set();

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

  /** From now on nothing of the API comes through, and what is under way is lost; files still do. */
  down() {
    this.#down = true;
    for (const socket of this.#busy) {
      socket.destroy();
    }
  }

  up() {
    this.#down = false;
  }

  /**
   * The writes that have come to a path, in order.
   *
   * @param {string} [path] any, where it is left out
   */
  writes(path) {
    return this.seen.filter(
      (asked) => asked.method !== 'GET' && (path === undefined || asked.path === path),
    );
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
    const body = await read(asked);
    const own = FILES.test(url) ? undefined : asked.socket;
    if (own && this.#down) {
      own.destroy();
      return;
    }
    /** @type {Asked} */
    const seen = { method, path: url, headers, body: body.toString() };
    if (own) {
      this.seen.push(seen);
      this.#busy.add(own);
      answer.once('close', () => {
        this.#busy.delete(own);
        seen.isCut = !answer.writableFinished;
      });
    }
    await this.#pass(`${method} ${url}`, 'request');
    const given = await this.answer(seen);
    if (given === null) {
      answer.destroy();
    } else if (given) {
      reply(answer, given);
    } else {
      await this.#forward(asked, body, answer);
    }
  }

  /**
   * @param {import('node:http').IncomingMessage} asked
   * @param {Buffer} body
   * @param {import('node:http').ServerResponse} answer
   */
  async #forward({ method = 'GET', url = '/', headers }, body, answer) {
    const what = `${method} ${url}`;
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

/**
 * @param {import('node:http').ServerResponse} response
 * @param {Given} given
 */
function reply(response, { status = 200, headers, body }) {
  const isText = typeof body === 'string';
  const type = isText ? 'text/html; charset=utf-8' : 'application/json';
  response.writeHead(status, { 'cache-control': 'no-cache', 'content-type': type, ...headers });
  response.end(isText || body === undefined ? body : JSON.stringify(body));
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
