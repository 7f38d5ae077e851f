// What stands between a browser and the demo server: it can hold a write at each point of its way.
import { createServer, request } from 'node:http';
import { until } from './until.mjs';

/**
 * Where a write is held: before the server has it; when the server has done it and nobody has the answer; between
 * the answer's head and its body. It goes on from there when it is released, also where its page has gone.
 *
 * @typedef {'request' | 'answer' | 'body'} Point
 */

export class Relay {
  #server = createServer((asked, answer) => this.#relay(asked, answer));
  #target;
  /** @type {Map<Point, Promise<void>>} */ #gates = new Map();
  /** @type {Map<Point, () => void>} */ #open = new Map();
  /** @type {Set<Point>} */ #reached = new Set();
  /** Headers to add to the answers for a path. @type {Map<string, Record<string, string>>} */
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
      for (const point of relay.#open.keys()) {
        relay.release(point);
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
   * Writes wait here from now on.
   *
   * @param {Point} point
   */
  hold(point) {
    this.#reached.delete(point);
    this.#gates.set(point, new Promise((resolve) => this.#open.set(point, resolve)));
  }

  /**
   * Waits until a write waits here.
   *
   * @param {Point} point
   */
  async reached(point) {
    await until(() => this.#reached.has(point), `a write has come to its ${point}`);
  }

  /** @param {Point} point */
  release(point) {
    this.#open.get(point)?.();
    this.#gates.delete(point);
  }

  /**
   * @param {import('node:http').IncomingMessage} asked
   * @param {import('node:http').ServerResponse} answer
   */
  async #relay(asked, answer) {
    const { method = 'GET', url = '/', headers } = asked;
    const writes = method !== 'GET';
    const body = await read(asked);
    if (writes) {
      await this.#pass('request');
    }
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
    if (writes) {
      await this.#pass('answer');
    }
    answer.writeHead(given.statusCode, { ...given.headers, ...this.extra.get(url) }).flushHeaders();
    if (writes) {
      await this.#pass('body');
    }
    answer.end(content);
  }

  /** @param {Point} point */
  async #pass(point) {
    const gate = this.#gates.get(point);
    if (gate) {
      this.#reached.add(point);
      await gate;
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
