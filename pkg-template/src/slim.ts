/**
 * everfresh for those who load the wasm themselves.
 *
 * @module
 */
import * as caches from './cache.js';
import { load, loadOverlay } from './load.js';
import type { WasmSource } from './source.js';
import type { Target } from './target.js';
import type { Start } from './types.js';

export { type ErrorCode, EverfreshError } from './errors.js';
export * from './optimistic.js';
export { defineRules } from './rules.js';
export { SmartPrefetcher } from './smart.js';
export type { WasmSource } from './source.js';
export type { Target } from './target.js';
export type * from './types.js';
export { version } from './version.js';

/** What {@link parseInvalidate} read. */
export interface Invalidation {
  members: Target[];
  /** What was wrong with the value, such as `header-too-large`. */
  problem: string | null;
}

const missing = (): WasmSource => {
  throw new Error('initialize() was not called');
};

const entry: caches.Entry = { source: missing, overlay: loadOverlay };

/**
 * Loads the wasm: `everfresh/everfresh.wasm`, compiled, as bytes, or as the answer to a request for it.
 *
 * ```ts
 * await initialize(fetch('/assets/everfresh.wasm'));
 * ```
 *
 * @throws {EverfreshError} `wasm-unavailable` or `version-mismatch` where it can't be used
 */
export async function initialize(wasm: WasmSource): Promise<void> {
  await load(() => wasm);
}

/** As `createCache` of the main entry; needs {@link initialize}. */
export const createCache: Start = (options = {}) => caches.create(entry, options);

/** As `install` of the main entry; needs {@link initialize}, which need not have ended. */
export const install: Start = (options = {}) => caches.install(entry, options);

/**
 * Reads a value of `X-Cache-Invalidate` that came from `origin`, or from anywhere, as a cache would; needs {@link initialize}.
 *
 * @throws {EverfreshError} before that
 */
export async function parseInvalidate(value: string, origin?: string): Promise<Invalidation> {
  const engine = await load(missing);
  return JSON.parse(engine.parseInvalidate(value, origin ?? ''));
}
