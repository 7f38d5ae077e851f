/** As much of a client of `ioredis` as is used. */
export interface IoRedisLike {
  call(command: string, ...args: string[]): Promise<unknown>;
  multi(commands: string[][]): { exec(): Promise<[Error | null, unknown][] | null> };
  readonly options?: { keyPrefix?: unknown };
}

/** As much of a client of `redis` (node-redis) as is used. */
export interface NodeRedisLike {
  sendCommand(args: string[]): Promise<unknown>;
  multi(): { addCommand(args: string[]): unknown; exec(): Promise<unknown> };
  readonly options?: { keyPrefix?: unknown };
  /** Where a pool has it. */
  readonly _keyPrefix?: unknown;
}

/** A client of either, under names as the application has them: without the client's own prefix. */
export interface RedisClient {
  /** A command whose first argument is a key. */
  onKey(command: string, key: string, ...args: string[]): Promise<unknown>;
  /** Commands that take effect together or not at all; all arguments of `UNLINK` are keys, of others the first. */
  together(commands: string[][]): Promise<void>;
  /** `SCAN`, whose names are never prefixed by the client. */
  scan(args: string[]): Promise<unknown>;
  /** What stands before each name in Redis. */
  readonly prefix: string;
}

/** One way to use both. */
export function clientOf(client: IoRedisLike | NodeRedisLike): RedisClient {
  const prefix = client.options?.keyPrefix;
  return 'call' in client
    ? ioRedis(client, `${prefix ?? ''}`)
    : nodeRedis(client, `${prefix ?? client._keyPrefix ?? ''}`);
}

/** It puts the prefix before keys itself. */
function ioRedis(client: IoRedisLike, prefix: string): RedisClient {
  return {
    prefix,
    onKey: (command, key, ...args) => client.call(command, key, ...args),
    scan: (args) => client.call('SCAN', ...args),
    async together(commands) {
      const methods = commands.map(([command = '', ...args]) => [command.toLowerCase(), ...args]);
      const results = await client.multi(methods).exec();
      const failed = results?.find(([error]) => error);
      if (!results || failed) {
        throw failed?.[0] ?? new Error('the transaction was not executed');
      }
    },
  };
}

/** Commands that it is given whole it leaves as they are. */
function nodeRedis(client: NodeRedisLike, prefix: string): RedisClient {
  return {
    prefix,
    onKey: (command, key, ...args) => client.sendCommand([command, prefix + key, ...args]),
    scan: (args) => client.sendCommand(['SCAN', ...args]),
    async together(commands) {
      const multi = client.multi();
      for (const [command = '', ...args] of commands) {
        const keys = command === 'UNLINK' ? args.length : 1;
        multi.addCommand([command, ...args.map((arg, at) => (at < keys ? prefix + arg : arg))]);
      }
      await multi.exec();
    },
  };
}
