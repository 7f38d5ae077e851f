import { EverfreshError } from '../errors.js';
import type { Target } from '../target.js';
import { escaped, literal, patterns, template } from './patterns.js';
import type { Purger } from './purge.js';
import { clientOf, type IoRedisLike, type NodeRedisLike } from './redis-client.js';

/** Options of {@link redisPurger}; one of `keys` and `sets` must be there. */
export interface RedisPurgerOptions {
  /**
   * How keys are named: templates with `{tag}` or `{path}` (with its query) in them, in which `*` is any run of
   * characters, such as `page:{path}` or `html:{tag}:*`. Names without a `*` are dropped at once; for others, and for a
   * path with any query, all keys of the database are scanned.
   */
  keys?: readonly string[];
  /**
   * How the sets are named that hold the keys of a tag, with `{tag}` in it, such as `tag:{tag}`. A purge costs what is in
   * the set. A page is to be put there under each of its tags after it was stored, or in one transaction with that.
   */
  sets?: string;
  /** How many keys one command may name; 500 if left out. */
  batch?: number;
}

/**
 * Purges a cache in Redis through the application's own client, of `ioredis` or of `redis`, with its key prefix. For one
 * server, not for a cluster.
 *
 * @throws {EverfreshError} `config-invalid`
 * @example
 * redisPurger(new Redis(), { sets: 'tag:{tag}', keys: ['html:{tag}:*'] })
 */
export function redisPurger(
  client: IoRedisLike | NodeRedisLike,
  { keys = [], sets, batch = 500 }: RedisPurgerOptions,
): Purger {
  const of = keys.map(
    (text, at) => template(text) ?? wrong(`keys[${at}]`, 'have one of {tag}, {path}'),
  );
  const set = sets === undefined ? undefined : template(sets);
  if (sets !== undefined && (set?.of !== 'tag' || sets.includes('*'))) {
    wrong('sets', 'have {tag} once, and no "*"');
  }
  if (!of.length && !set) {
    wrong('keys', 'be there, or sets');
  }
  if ('isCluster' in client && client.isCluster) {
    wrong('client', 'be of one server, not of a cluster');
  }
  if (!(Number.isSafeInteger(batch) && batch > 0)) {
    wrong('batch', 'be a whole number, at least 1');
  }
  const cache = new RedisCache(client, batch);
  return {
    async purge(targets: Target[]) {
      const members = set ? targets.flatMap((target) => patterns(set, target)) : [];
      await cache.each(members, true, (names) => cache.empty(names));
      const named = of.flatMap((one) => targets.flatMap((target) => patterns(one, target)));
      await cache.each(named, false, (names) => cache.drop(names));
    },
  };
}

function wrong(path: string, what: string): never {
  throw new EverfreshError('config-invalid', `${path}: must ${what}`);
}

class RedisCache {
  readonly #client;
  readonly #batch: number;

  constructor(client: IoRedisLike | NodeRedisLike, batch: number) {
    this.#client = clientOf(client);
    this.#batch = batch;
  }

  /** Does something to the keys that patterns name, a batch at a time. */
  async each(
    patterns: string[],
    setsOnly: boolean,
    what: (names: string[]) => Promise<void>,
  ): Promise<void> {
    const exact: string[] = [];
    const open: string[] = [];
    for (const pattern of patterns) {
      const name = literal(pattern);
      if (name === undefined) {
        open.push(pattern);
      } else {
        exact.push(name);
      }
    }
    for (const names of this.#batches(exact)) {
      await what(names);
    }
    for (const pattern of open) {
      const args = ['MATCH', escaped(this.#client.prefix) + pattern, 'COUNT', '1000'];
      const wanted = setsOnly ? [...args, 'TYPE', 'set'] : args;
      await this.#walk(
        (cursor) => this.#client.scan([cursor, ...wanted]),
        (names) => what(names.map((name) => name.slice(this.#client.prefix.length))),
      );
    }
  }

  async drop(keys: string[]): Promise<void> {
    await this.#client.together([['UNLINK', ...keys]]);
  }

  /**
   * Drops the keys that are in these sets, and their names in them, together: so a purge that breaks off has forgotten
   * none. A set of which nothing is left is gone; what was added meanwhile stays in it.
   */
  async empty(sets: string[]): Promise<void> {
    for (const set of sets) {
      await this.#walk(
        (cursor) => this.#client.onKey('SSCAN', set, cursor, 'COUNT', `${this.#batch}`),
        (keys) =>
          this.#client.together([
            ['UNLINK', ...keys],
            ['SREM', set, ...keys],
          ]),
      );
    }
  }

  /** Goes through what a cursor shows. */
  async #walk(
    next: (cursor: string) => Promise<unknown>,
    what: (names: string[]) => Promise<void>,
  ): Promise<void> {
    let cursor = '0';
    do {
      const [after, found] = (await next(cursor)) as [unknown, unknown[]];
      cursor = `${after}`;
      for (const names of this.#batches(found.map((name) => `${name}`))) {
        await what(names);
      }
    } while (cursor !== '0');
  }

  *#batches(names: string[]): Generator<string[]> {
    for (let at = 0; at < names.length; at += this.#batch) {
      yield names.slice(at, at + this.#batch);
    }
  }
}
