import { Wrapper } from '../../src/host/wrapper.js';
import { EverfreshError } from './errors.js';
import { load } from './load.js';
import { encode } from './options.js';
import type { WasmSource } from './source.js';
import type { Cache, CacheEvent, CacheOptions, EntryInfo, InvalidateOptions } from './types.js';
import { version } from './version.js';

/** How an entry point gets its wasm; called once. */
export type Source = () => WasmSource;

/** The cache that stands in for `globalThis.fetch`, so that installing twice is installing once. */
let installed: { wrapper: Wrapper; cache: Promise<Cache> } | undefined;

/** A cache that replaces nothing. */
export function create(source: Source, options: CacheOptions): Promise<Cache> {
  return start(new Wrapper(), source, options);
}

/** A cache that stands in for `globalThis.fetch` from now on; where it can't start, the page goes on natively. */
export function install(
  source: Source,
  options: CacheOptions | Promise<CacheOptions>,
): Promise<Cache> {
  if (!installed?.wrapper.installed) {
    const wrapper = new Wrapper();
    heed(wrapper, options);
    wrapper.install();
    const cache = start(wrapper, source, options).catch((error) => {
      if (error instanceof EverfreshError && error.code !== 'config-invalid') {
        return new Shim(wrapper, error);
      }
      throw error;
    });
    installed = { wrapper, cache };
  }
  return installed.cache;
}

async function start(
  wrapper: Wrapper,
  source: Source,
  options: CacheOptions | Promise<CacheOptions>,
): Promise<Cache> {
  try {
    const [engine, chosen] = await Promise.all([load(source), options]);
    const broken = (message: string) => wrapper.fail(message);
    const host = new engine.Host(engine.responseHeaders(), EverfreshError, broken);
    const text = encode(chosen);
    heed(wrapper, chosen);
    wrapper.open(host, () => new engine.Client(text, host.environment, host));
    return new Shim(wrapper, undefined);
  } catch (error) {
    wrapper.fail(error instanceof Error ? error.message : `${error}`);
    throw error;
  }
}

/** The one option that counts before the wasm is there, if it is known by then. */
function heed(wrapper: Wrapper, options: CacheOptions | Promise<CacheOptions>): void {
  if ('observeXhr' in options && options.observeXhr === false) {
    wrapper.leaveXhr();
  }
}

class Shim implements Cache {
  readonly version = version;
  readonly failure: EverfreshError | undefined;
  readonly fetch: typeof fetch;
  readonly #wrapper: Wrapper;

  constructor(wrapper: Wrapper, failure: EverfreshError | undefined) {
    this.#wrapper = wrapper;
    this.failure = failure;
    this.fetch = wrapper.fetch;
  }

  get installed(): boolean {
    return this.#wrapper.installed;
  }

  install(): void {
    this.#wrapper.install();
  }

  uninstall(): void {
    this.#wrapper.uninstall();
  }

  invalidate(targets: string | string[], { origin, mode }: InvalidateOptions = {}): void {
    // As a JSON array, a target needs no quotes.
    const texts = Array.isArray(targets) ? targets.map((one) => JSON.stringify([one])) : [targets];
    this.#wrapper.host?.invalidate(texts, origin, mode === 'stale');
  }

  clear(): void {
    this.#wrapper.host?.clear();
  }

  events(listener: (event: CacheEvent) => void): () => void {
    return this.#wrapper.host?.subscribe(listener) ?? (() => {});
  }

  entries(): EntryInfo[] {
    return (this.#wrapper.host?.entries() as EntryInfo[] | undefined) ?? [];
  }

  close(): void {
    this.#wrapper.close();
  }
}
