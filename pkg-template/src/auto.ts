/**
 * The drop-in: one classic script whose `data-*` attributes are the options.
 *
 * ```html
 * <script src="everfresh.auto.js" data-cache="/api/*" data-stale-time="30000"></script>
 * ```
 */
import { install } from './cache.js';
import { dropIn } from './dataset.js';
import { EverfreshError } from './errors.js';
import type { Cache } from './types.js';
import { version } from './version.js';

/** What the script leaves as `globalThis.everfresh`. */
export interface DropIn {
  /** The cache, once it has started. */
  ready: Promise<Cache>;
  version: string;
  EverfreshError: typeof EverfreshError;
}

const script = document.currentScript as HTMLScriptElement;
const native = globalThis.fetch;
const source = () => native(new URL('everfresh.wasm', script.src));
const ready = install(source, dropIn(script.dataset, native));
// Whoever waits is told; for all others a warning was written.
ready.catch(() => {});

Object.assign(globalThis, { everfresh: { ready, version, EverfreshError } satisfies DropIn });
