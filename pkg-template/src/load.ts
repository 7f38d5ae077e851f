import { EverfreshError } from './errors.js';
import type { LoadOverlay } from './opener.js';
import type { WasmSource } from './source.js';
import { version } from './version.js';

/** The script that is loaded together with the wasm. */
export type Engine = typeof import('./everfresh.engine.js');

/** The script of the triggers of prefetches. */
type Prefetching = typeof import('./everfresh.prefetch.js');

/** The script of what a server pushes. */
type Pushing = typeof import('./everfresh.push.js');

/** The script of feature flags. */
type Flagging = typeof import('./everfresh.flags.js');

/** The script of reports and monitoring. */
type Reporting = typeof import('./everfresh.metrics.js');

let script: Promise<Engine> | undefined;
let engine: Promise<Engine> | undefined;
let prefetching: Promise<Prefetching> | undefined;

/** Loads the script, once for the page; what fails is tried again by the next caller. */
export function loadScript(): Promise<Engine> {
  script ??= unavailable(import('./everfresh.engine.js')).catch((error) => {
    script = undefined;
    throw error;
  });
  return script;
}

/** Loads both, once for the page; what fails is tried again by the next caller. */
export function load(source: () => WasmSource): Promise<Engine> {
  engine ??= begin(source).catch((error) => {
    engine = undefined;
    throw error;
  });
  return engine;
}

/** Loads the triggers, once for the page; where they can't be had, nothing is prefetched by them. */
export function loadTriggers(): Promise<Prefetching> {
  prefetching ??= import('./everfresh.prefetch.js').catch((error) => {
    prefetching = undefined;
    console.warn(`everfresh: prefetching could not be loaded (${error}).`);
    throw error;
  });
  return prefetching;
}

/** Loads what listens to the server; the browser remembers what it has loaded. */
export function loadPush(): Promise<Pushing> {
  return import('./everfresh.push.js');
}

/** Loads what keeps to feature flags: where it can't be had nobody knows whether the cache is wanted at all. */
export function loadFlags(): Promise<Flagging> {
  return unavailable(import('./everfresh.flags.js'));
}

/** Loads the overlay. */
export const loadOverlay: LoadOverlay = () =>
  import('./everfresh.devtools.js').then(({ makeDevtools }) => makeDevtools);

/** Loads reports and monitoring; the browser remembers what it has loaded. */
export function loadMetrics(): Promise<Reporting> {
  return import('./everfresh.metrics.js');
}

/** Loads the dashboard of the overlay. */
export function loadDashboard(): Promise<typeof import('./everfresh.dashboard.js')> {
  return import('./everfresh.dashboard.js');
}

async function begin(source: () => WasmSource): Promise<Engine> {
  const compiled = unavailable(compile(source));
  const loaded = loadScript();
  fillStorage();
  const [engine, module] = await Promise.all([loaded, compiled]);
  await unavailable((async () => engine.initSync({ module }))());
  if (engine.version() !== version) {
    const message = `the wasm is version ${engine.version()}, the script ${version}`;
    throw new EverfreshError('version-mismatch', message);
  }
  return engine;
}

/** A first look at localStorage waits for all that is in it: better while the network is at work. */
function fillStorage(): void {
  try {
    localStorage.getItem('');
  } catch {
    // Blocked: the engine finds that out by itself.
  }
}

async function unavailable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const message = `the wasm could not be loaded (${cause})`;
    throw new EverfreshError('wasm-unavailable', message, { cause });
  }
}

async function compile(source: () => WasmSource): Promise<WebAssembly.Module> {
  const found = await source();
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
