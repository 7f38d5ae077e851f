// Programs that the tests start, and end again whatever happens.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { until } from './until.mjs';

/** Lines of output that are kept for an error message. */
const KEPT = 40;

/** @type {Set<Program>} */
const running = new Set();

process.on('exit', () => {
  for (const program of running) {
    program.kill('SIGKILL');
  }
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, () => process.exit(1));
}

/** A program in a process group of its own, so that what it starts ends with it. */
export class Program {
  #lines = [];
  #ended = false;

  /**
   * @param {string} path
   * @param {string[]} args
   * @param {{ env?: NodeJS.ProcessEnv }} [options]
   */
  constructor(path, args, { env } = {}) {
    this.name = path;
    this.child = spawn(path, args, { detached: true, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.end = new Promise((resolve) => {
      this.child.once('exit', resolve);
      this.child.once('error', (error) => {
        this.#lines.push(`${error}`);
        resolve(null);
      });
    });
    this.end.then(() => {
      this.#ended = true;
      running.delete(this);
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        this.#lines.push(...text.split('\n').filter(Boolean));
        this.#lines.splice(0, this.#lines.length - KEPT);
      });
    }
    running.add(this);
  }

  get ended() {
    return this.#ended;
  }

  /** What it printed last. */
  get output() {
    return this.#lines.join('\n');
  }

  /**
   * Waits for a line of output.
   *
   * @param {RegExp} pattern
   * @returns {Promise<RegExpExecArray>}
   */
  async prints(pattern) {
    const line = () => {
      this.check();
      return pattern.exec(this.output);
    };
    return until(line, `${this.name} prints ${pattern}`);
  }

  /** Fails where the program has ended. */
  check() {
    if (this.#ended) {
      throw new Error(`${this.name} has ended\n${this.output}`);
    }
  }

  /** @param {NodeJS.Signals} signal */
  kill(signal) {
    if (this.child.pid === undefined) {
      return;
    }
    try {
      process.kill(-this.child.pid, signal);
    } catch {
      // It has ended already.
    }
  }

  /** Ends it and what it started. */
  async stop() {
    this.kill('SIGTERM');
    const late = setTimeout(() => this.kill('SIGKILL'), 5_000);
    await this.end;
    clearTimeout(late);
    // What it started may have outlived it.
    this.kill('SIGKILL');
  }
}

/** A port of the loopback interface that was free just now. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => resolve(undefined));
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}
