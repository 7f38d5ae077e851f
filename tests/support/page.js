// @ts-check
/** A page with a cache of its own over a scripted network. */
import { Host } from '../../src/host/host.js';
import { Wrapper } from '../../src/host/wrapper.js';
import { Network } from './network.js';

class Failure extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

export class Page {
  network = new Network();
  /** @type {any[]} */ events = [];
  #native = globalThis.fetch;
  #wrapper;
  #host;
  #names;
  /** @type {any} */ #client;

  /** @param {string} names of headers that the client reads */
  constructor(names) {
    globalThis.fetch = this.network.function();
    this.#wrapper = new Wrapper();
    this.#names = names;
    this.#host = new Host(Failure, (message) => this.#wrapper.fail(message));
    this.#host.native = this.#wrapper.native;
  }

  get host() {
    return this.#host;
  }

  get environment() {
    return this.#host.environment;
  }

  /** @param {any} client */
  open(client) {
    this.#client = client;
    this.#wrapper.open(this.#host, () => client, this.#names);
    this.#host.subscribe((event) => this.events.push(event));
  }

  install() {
    this.#wrapper.install();
  }

  uninstall() {
    this.#wrapper.uninstall();
  }

  get installed() {
    return this.#wrapper.installed;
  }

  /** Ends the page as a reload does: nothing is dropped. */
  leave() {
    this.#host.close();
    globalThis.fetch = this.#native;
  }

  /** Ends the page as a crash does: nothing is written any more. */
  crash() {
    this.#host.end();
    this.#client.free();
    globalThis.fetch = this.#native;
  }

  /** Breaks the client as a trap does. */
  trap() {
    this.#client.entries = () => {
      throw new WebAssembly.RuntimeError('unreachable');
    };
    this.#host.report('entries');
    // A trapped instance does nothing any more, not even when the browser is idle.
    this.#client.free();
  }

  /** @param {string} targets @param {boolean} stale */
  invalidate(targets, stale) {
    this.#host.invalidate([targets], undefined, stale);
  }

  clear() {
    this.#host.clear();
  }

  flush() {
    this.#host.flush();
  }

  /** @returns {any} */
  entries() {
    return this.#host.report('entries');
  }

  /** Waits until there were so many events of this type. @param {string} type @param {number} count */
  async until(type, count) {
    while (this.count(type) < count) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** @param {string} type */
  count(type) {
    return this.events.filter((event) => event.type === type).length;
  }

  /** A call with cached fetch. @param {string} url @param {any} init @returns {Promise<Response>} */
  fetch(url, init) {
    return this.#wrapper.fetch(url, init);
  }

  /** A call with whatever is the page's fetch. @param {string} url @returns {Promise<Response>} */
  global(url) {
    return globalThis.fetch(url);
  }

  /** The body, and where it came from in front of it: `network`, `memory` or `storage`, with `stale` where it is. @param {string} url @returns {Promise<string>} */
  async get(url) {
    const response = await this.fetch(url, undefined);
    return `${origin(response)}: ${await response.text()}`;
  }

  /** Sends a write and gives the status. @param {string} method @param {string} url @param {string | undefined} body @returns {Promise<number>} */
  async send(method, url, body) {
    const response = await this.fetch(url, body === undefined ? { method } : { method, body });
    return response.status;
  }
}

/** @param {Response} response */
function origin(response) {
  const status = response.headers.get('cache-status') ?? '';
  const detail = /detail=(\w+)/.exec(status)?.[1] ?? (status ? 'shared' : 'network');
  return /ttl=-/.test(status) ? `stale ${detail}` : detail;
}
