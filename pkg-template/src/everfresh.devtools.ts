/**
 * The overlay: what a cache holds and does, and why. The other entries load it when it is first opened.
 *
 * @module
 */
import type { Host } from '../../src/host/host.js';
import { Inspector } from '../../src/host/inspector.js';
import { Overlay } from './devtools/overlay.js';
import type { Devtools, DevtoolsOptions } from './opener.js';
import type { Cache } from './types.js';

export type { Devtools, DevtoolsOptions, Dock, View } from './opener.js';

/** An overlay that is closed. */
export interface ClosedOverlay {
  readonly isOpen: boolean;
  open: (...at: Parameters<Devtools['open']>) => void;
  close: () => void;
  /** Shows a button in the corner that opens it. */
  offer: () => void;
}

/**
 * The overlay of a cache, for pages that bundle it: `cache.devtools` loads it by itself, and asks whether it is allowed.
 *
 * ```ts
 * makeDevtools(cache, { dock: 'right' }).open('entries');
 * ```
 */
export function makeDevtools(cache: Cache, options: DevtoolsOptions = {}): ClosedOverlay {
  const { host } = cache as { host?: Host };
  return new Overlay(cache, host?.inspector(Inspector), options);
}
