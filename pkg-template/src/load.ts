import { EverfreshError } from './errors.js';
import type { WasmSource } from './source.js';
import { version } from './version.js';

/** The script and the wasm that are loaded together. */
export type Engine = typeof import('./everfresh.engine.js');

let loading: Promise<Engine> | undefined;

/** Loads both, once for the page; what fails is tried again by the next caller. */
export function load(source: () => WasmSource): Promise<Engine> {
  loading ??= begin(source).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function begin(source: () => WasmSource): Promise<Engine> {
  let engine: Engine;
  try {
    const compiled = compile(source());
    [engine] = await Promise.all([import('./everfresh.engine.js'), compiled]);
    engine.initSync({ module: await compiled });
  } catch (cause) {
    throw new EverfreshError('wasm-unavailable', `the wasm could not be loaded (${cause})`, {
      cause,
    });
  }
  if (engine.version() !== version) {
    const message = `the wasm is version ${engine.version()}, the script ${version}`;
    throw new EverfreshError('version-mismatch', message);
  }
  return engine;
}

async function compile(source: WasmSource): Promise<WebAssembly.Module> {
  const found = await source;
  if (found instanceof Response) {
    if (!found.ok) {
      throw new Error(`${found.status} for ${found.url}`);
    }
    // A server that knows no `application/wasm` is forgiven.
    const again = found.clone();
    return WebAssembly.compileStreaming(found).catch(async () =>
      WebAssembly.compile(await again.arrayBuffer()),
    );
  }
  return found instanceof WebAssembly.Module ? found : WebAssembly.compile(found);
}
