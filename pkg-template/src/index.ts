/**
 * everfresh: a cache behind `fetch` that drops what a write touched, in memory and in localStorage, before
 * the page's promise resolves. The wasm file is expected beside this module.
 *
 * @module
 */
import * as caches from './cache.js';
import { loadOverlay } from './load.js';
import type { Start } from './types.js';

export { type ErrorCode, EverfreshError } from './errors.js';
export * from './optimistic.js';
export { defineRules } from './rules.js';
export { SmartPrefetcher } from './smart.js';

export type * from './types.js';
export { version } from './version.js';

const entry: caches.Entry = {
  source: () => fetch(new URL('./everfresh.wasm', import.meta.url)),
  overlay: loadOverlay,
};

/**
 * A cache, with its wasm loaded. Nothing is replaced: use its `fetch`, or call its `install()`. Where there is no page,
 * as on a server, there is no caching, and {@link Cache.failure} says so (`no-page`).
 *
 * ```ts
 * const cache = await createCache({ rules: [{ match: '/api/*', staleTime: 30_000 }] });
 * const stories = await cache.fetch('/api/stories');
 * ```
 *
 * @throws {EverfreshError} `wasm-unavailable` or `version-mismatch` where the wasm can't be had, `config-invalid` where
 * the options are wrong
 */
export const createCache: Start = (options = {}) => caches.create(entry, options);

/**
 * Stands in for `globalThis.fetch` at once: until the wasm is there requests pass, and writes are noted. Where
 * the wasm can't be had the page goes on with native `fetch`, and {@link Cache.failure} says why. A second call gives the
 * same cache.
 *
 * ```ts
 * const cache = await install({ rules: [{ match: '/api/*', staleTime: 30_000 }], scope: { id: user.id } });
 * await fetch('/api/stories'); // from the network
 * await fetch('/api/stories'); // from memory
 * ```
 *
 * @throws {EverfreshError} `config-invalid` where the options are wrong; the page goes on with native `fetch`
 */
export const install: Start = (options = {}) => caches.install(entry, options);
