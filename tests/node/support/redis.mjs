// A Redis of its own for a test file, and clients of both libraries.
import { Redis as IoRedis } from 'ioredis';
import { createClient, createClientPool } from 'redis';
import { freePort, Program } from '../../e2e/support/processes.mjs';

/** A server on the loopback interface that keeps nothing on disk. */
export class Redis {
  /** @param {number} port */
  static async start(port = 0) {
    const redis = new Redis(port || (await freePort()));
    await redis.#program.prints(/Ready to accept connections/);
    return redis;
  }

  #program;

  /** @param {number} port */
  constructor(port) {
    this.port = port;
    const options = { port, bind: '127.0.0.1', save: '', appendonly: 'no', databases: 1 };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]);
    this.#program = new Program('redis-server', args);
  }

  /** Ends it in the middle of whatever it does. */
  async kill() {
    this.#program.kill('SIGKILL');
    await this.#program.end;
  }

  async stop() {
    await this.#program.stop();
  }

  /**
   * A client of `ioredis`.
   *
   * @param {import('ioredis').RedisOptions} [options]
   */
  async io(options) {
    const client = new IoRedis(this.port, '127.0.0.1', { lazyConnect: true, ...options });
    // Without a listener it prints what is expected here: that the connection is lost.
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  /**
   * A client of `redis`.
   *
   * @param {import('redis').RedisClientOptions} [options]
   */
  async node(options) {
    const client = createClient(this.#nodeOptions(options));
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  /**
   * A pool of clients of `redis`.
   *
   * @param {import('redis').RedisClientOptions} [options]
   */
  async pool(options) {
    const pool = createClientPool(this.#nodeOptions(options));
    await pool.connect();
    return pool;
  }

  /** @param {import('redis').RedisClientOptions} [options] */
  #nodeOptions(options) {
    return { socket: { host: '127.0.0.1', port: this.port }, ...options };
  }
}

/** Ends a client of either library. @param {any} client */
export function close(client) {
  'call' in client ? client.disconnect() : client.destroy();
}
