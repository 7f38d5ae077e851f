/**
 * everfresh: a cache behind `fetch` that drops what a write touched, in memory and in localStorage, before
 * the page's promise resolves. The wasm file is expected beside this module.
 *
 * @module
 */
import * as caches from './cache.js';
import type { Cache, CacheOptions } from './types.js';

export { type ErrorCode, EverfreshError } from './errors.js';

export type * from './types.js';
export { version } from './version.js';

const source = () => fetch(new URL('./everfresh.wasm', import.meta.url));

/**
 * A cache, with its wasm loaded. Nothing is replaced: use its `fetch`, or call its `install()`.
 *
 * @throws {EverfreshError} where the wasm can't be had, or the options are wrong
 */
export const createCache = (options: CacheOptions = {}): Promise<Cache> =>
  caches.create(source, options);

/**
 * Stands in for `globalThis.fetch` at once: until the wasm is there requests pass, and writes are noted. Where
 * the wasm can't be had the page goes on with native `fetch`, and {@link Cache.failure} says why.
 *
 * @throws {EverfreshError} where the options are wrong; the page goes on with native `fetch`
 */
export const install = (options: CacheOptions = {}): Promise<Cache> =>
  caches.install(source, options);
