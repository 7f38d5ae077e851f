// The demo server, on a free port and a database of its own, and its switches.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { built, server, www } from './paths.mjs';
import { Program } from './processes.mjs';
import { until } from './until.mjs';

/**
 * @typedef {object} ServerOptions
 * @property {string} [pages] folder with the pages
 * @property {string} [packaged] folder with the package
 * @property {string} [cors] whose pages may read the answers
 * @property {boolean} [push] pages listen to what the server says. Most tests count requests, and who begins to listen
 *   asks once for what it has by then.
 *
 * @typedef {object} State where the switches stand, and what the server has seen
 * @property {number} writeLatencyMs
 * @property {number} refuseNextWrites
 * @property {{ reads: number, writes: number }} counts
 * @property {{ method: string, path: string, at: number }[]} log
 */

/** A demo server that runs. */
export class Demo {
  /**
   * @param {Program} program
   * @param {string} origin
   * @param {string} folder of its database
   * @param {string[]} args
   */
  constructor(program, origin, folder, args) {
    this.program = program;
    this.origin = origin;
    this.folder = folder;
    this.args = args;
  }

  /** @param {ServerOptions} [options] */
  static async start({ pages = www, packaged = built, cors, push = false } = {}) {
    for (const path of [server, pages, packaged]) {
      if (!existsSync(path)) {
        throw new Error(`${path} is missing; \`cargo xtask test\` builds it`);
      }
    }
    const folder = mkdtempSync(join(tmpdir(), 'everfresh-e2e-'));
    const args = ['demo', '--port', '0', '--db', join(folder, 'demo.sqlite')];
    args.push('--www', pages, '--package', packaged, ...(cors ? ['--cors', cors] : []));
    args.push(...(push ? [] : ['--no-push']));
    const program = new Program(server, args);
    const demo = new Demo(program, '', folder, args);
    try {
      demo.origin = (await program.prints(/everfresh demo: (http:\S+?)\/$/m))[1];
      return demo;
    } catch (error) {
      await demo.stop();
      throw error;
    }
  }

  /** Ends the process, and starts another one over the same database at the same address. */
  async restart() {
    await this.program.stop();
    const { port } = new URL(this.origin);
    const again = this.args.map((arg, index, args) => (args[index - 1] === '--port' ? port : arg));
    this.program = new Program(server, again);
    await this.program.prints(/everfresh demo: (http:\S+?)\/$/m);
  }

  async stop() {
    await this.program.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Brings the sample content back and puts the switches back. */
  async reset() {
    await this.#ask('POST', '/_demo/reset');
  }

  /**
   * Sets switches.
   *
   * @param {object} change
   */
  async set(change) {
    await this.#ask('PATCH', '/_demo/state', change);
  }

  /** @returns {Promise<State>} */
  async state() {
    return this.#ask('GET', '/_demo/state');
  }

  /**
   * What the server itself has now; `undefined` where it has no such thing.
   *
   * @param {string} path
   */
  async read(path) {
    const response = await fetch(this.origin + path);
    return response.status === 404 ? undefined : response.json();
  }

  /**
   * The version of a thing.
   *
   * @param {string} path
   * @returns {Promise<number>}
   */
  async version(path) {
    return (await this.read(path)).version;
  }

  /**
   * Waits until requests have reached the server.
   *
   * @param {string} method
   * @param {string} path
   * @param {number} [count]
   */
  async receives(method, path, count = 1) {
    const seen = async () => {
      const { log } = await this.state();
      return log.filter((line) => line.method === method && line.path === path).length >= count;
    };
    await until(seen, `the server has received ${method} ${path}`);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  async #ask(method, path, body) {
    const response = await fetch(this.origin + path, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
