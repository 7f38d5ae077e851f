// A server of files, with one scene to read and to write.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';

const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** The most that a page can be forbidden which has scripts, wasm and its own server. */
export const STRICT =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'; " +
  "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/**
 * @typedef {object} SiteOptions
 * @property {string} [folder] with the files
 * @property {string} [base] path that they are below
 * @property {string} [policy] `Content-Security-Policy` of all files
 */

export class Site {
  #version = 1;
  #server = createServer((request, response) => this.#answer(request, response));
  /** Requests that reached the scene. */
  counts = { reads: 0, writes: 0 };

  /** @param {SiteOptions} options */
  constructor({ folder, base = '/', policy }) {
    this.folder = folder;
    this.base = base;
    this.policy = policy;
  }

  /** @param {SiteOptions} [options] */
  static async start(options = {}) {
    const site = new Site(options);
    await new Promise((resolve, reject) => {
      site.#server.once('error', reject).listen(0, '127.0.0.1', () => resolve(undefined));
    });
    return site;
  }

  get origin() {
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
    return `http://127.0.0.1:${port}`;
  }

  async stop() {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   */
  #answer({ method, url = '/' }, response) {
    const { pathname } = new URL(url, this.origin);
    if (pathname === '/api/scenes/1' && method === 'GET') {
      this.counts.reads += 1;
      response.setHeader('X-Cache-Tags', 'scene:1');
      this.#scene(response);
    } else if (pathname === '/api/edits' && method === 'POST') {
      this.counts.writes += 1;
      this.#version += 1;
      // Nothing but this says that the scene was touched.
      response.setHeader('X-Cache-Invalidate', 'scene:1');
      this.#scene(response);
    } else {
      this.#file(pathname, response);
    }
  }

  /** @param {import('node:http').ServerResponse} response */
  #scene(response) {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ version: this.#version }));
  }

  /**
   * @param {string} pathname
   * @param {import('node:http').ServerResponse} response
   */
  #file(pathname, response) {
    const bytes = pathname.startsWith(this.base) && this.#bytes(pathname.slice(this.base.length));
    if (!bytes) {
      response.writeHead(404).end();
      return;
    }
    if (this.policy) {
      response.setHeader('Content-Security-Policy', this.policy);
    }
    // Anybody's page may have them, as of a CDN.
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Content-Type', TYPES[extname(pathname) || '.html']);
    response.end(bytes);
  }

  /** @param {string} path */
  #bytes(path) {
    try {
      return this.folder && readFileSync(join(this.folder, path || 'index.html'));
    } catch {
      return undefined;
    }
  }
}
