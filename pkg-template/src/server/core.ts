import * as engine from '../../wasm/server/everfresh.js';
import bytes from '../../wasm/server/everfresh.wasm';
import { EverfreshError } from '../errors.js';
import { version } from '../version.js';

/** The core's exports, once it is loaded. */
export type Core = typeof engine;

let loaded = false;

/**
 * Loads the core, once for the process and at once: from what was compiled, or from the script itself.
 *
 * @throws {EverfreshError} `wasm-unavailable`, `version-mismatch`
 */
export function loadCore(module?: WebAssembly.Module): Core {
  if (!loaded) {
    try {
      engine.initSync({ module: module ?? new WebAssembly.Module(bytes) });
    } catch (cause) {
      const message = `the wasm could not be loaded (${cause}); where code may not be compiled, hand in \`wasm\``;
      throw new EverfreshError('wasm-unavailable', message, { cause });
    }
    if (engine.version() !== version) {
      const message = `the wasm is version ${engine.version()}, the script ${version}`;
      throw new EverfreshError('version-mismatch', message);
    }
    loaded = true;
  }
  return engine;
}
