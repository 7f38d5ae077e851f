/** The drop-in, wherever its wasm comes from: one classic script whose `data-*` attributes are the options. */
import { install } from './cache.js';
import { optionsOf } from './dataset.js';
import { EverfreshError } from './errors.js';
import type { WasmSource } from './source.js';
import type { Cache } from './types.js';
import { version } from './version.js';

/** What the script leaves as `globalThis.everfresh`. */
export interface DropIn {
  /** The cache, once it has started. */
  ready: Promise<Cache>;
  version: string;
  EverfreshError: typeof EverfreshError;
}

/**
 * Stands in for `fetch`. It has to be called while the script runs: later the page does not tell which one it is.
 *
 * @param source gives the wasm; it is told the script, and what `fetch` was
 */
export function dropIn(source: (script: HTMLScriptElement, native: typeof fetch) => WasmSource) {
  const script = document.currentScript as HTMLScriptElement;
  const native = globalThis.fetch;
  const entry = {
    source: () => source(script, native),
    overlay: async () =>
      (await import(new URL('everfresh.devtools.js', script.src).href)).makeDevtools,
  };
  const ready = install(entry, optionsOf(script.dataset, native));
  // Whoever waits is told; for all others a warning was written.
  ready.catch(() => {});
  Object.assign(globalThis, { everfresh: { ready, version, EverfreshError } satisfies DropIn });
}
