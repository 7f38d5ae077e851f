import type { Host } from '../../src/host/host.js';
import { Wrapper } from '../../src/host/wrapper.js';
import { EverfreshError } from './errors.js';
import { load, loadScript } from './load.js';
import { encode } from './options.js';
import type { WasmSource } from './source.js';
import type {
  Cache,
  CacheEvent,
  CacheOptions,
  EntryInfo,
  InvalidateOptions,
  Peeked,
  QueryKey,
  QueryOptions,
  QueryState,
  Scope,
  SetDataOptions,
  SubscribeOptions,
  Subscription,
} from './types.js';
import { version } from './version.js';

/** How an entry point gets its wasm; called once. */
export type Source = () => WasmSource;

/** The cache that stands in for `globalThis.fetch`, so that installing twice is installing once. */
let installed: { wrapper: Wrapper; cache: Promise<Cache> } | undefined;

/** A cache that replaces nothing. */
export function create(source: Source, options: CacheOptions): Promise<Cache> {
  return start(new Wrapper(), source, options, false);
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
    installed = { wrapper, cache: start(wrapper, source, options, true) };
  }
  return installed.cache;
}

async function start(
  wrapper: Wrapper,
  source: Source,
  options: CacheOptions | Promise<CacheOptions>,
  native: boolean,
): Promise<Cache> {
  let host: Host | undefined;
  try {
    const loading = load(source);
    // What becomes of it is looked at below, after the script, which serves queries without the wasm, too.
    loading.catch(() => {});
    const script = await loadScript();
    const made = new script.Host(EverfreshError, (message) => wrapper.fail(message));
    made.native = wrapper.native;
    host = made;
    const [engine, chosen] = await Promise.all([loading, options]);
    const text = encode(chosen);
    heed(wrapper, chosen);
    const client = () => new engine.Client(text, made.environment, made);
    wrapper.open(made, client, engine.responseHeaders());
    return new Shim(wrapper, host, undefined);
  } catch (error) {
    wrapper.fail(error instanceof Error ? error.message : `${error}`);
    if (native && error instanceof EverfreshError && error.code !== 'config-invalid') {
      return new Shim(wrapper, host, error);
    }
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
  readonly #host: Host | undefined;

  constructor(wrapper: Wrapper, host: Host | undefined, failure: EverfreshError | undefined) {
    this.#wrapper = wrapper;
    this.#host = host;
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
    this.#host?.invalidate(texts, origin, mode === 'stale');
  }

  invalidateTags(tags: string | string[], options?: InvalidateOptions): void {
    this.invalidate([tags].flat(), options);
  }

  invalidateKey(key: QueryKey, options?: InvalidateOptions): void {
    const [targets, origin] = this.#queries.targets(key);
    this.invalidate(targets, { ...options, origin });
  }

  async query<T>(key: QueryKey, options: QueryOptions<T> = {}): Promise<T> {
    return this.#queries.query(key, split(options)) as Promise<T>;
  }

  peek<T>(key: QueryKey): Peeked<T> | undefined {
    return this.#queries.peek(key) as Peeked<T> | undefined;
  }

  subscribe<T>(
    key: QueryKey,
    listener: (state: QueryState<T>) => void,
    options: SubscribeOptions<T> = {},
  ): Subscription<T> {
    return this.#queries.subscribe(key, listener, split(options)) as Subscription<T>;
  }

  setQueryData<T>(
    key: QueryKey,
    data: T | ((before: T | undefined) => T | undefined),
    options: SetDataOptions = {},
  ): void {
    this.#queries.setData(key, data, split(options));
  }

  remove(key: QueryKey): void {
    this.#queries.remove(key);
  }

  clear(): void {
    this.#host?.clear();
  }

  setScope(scope: Scope | null): void {
    this.#host?.setScope(`${scope?.id ?? ''}`);
  }

  events(listener: (event: CacheEvent) => void): () => void {
    return this.#host?.subscribe(listener) ?? (() => {});
  }

  entries(): EntryInfo[] {
    return (this.#host?.entries() as EntryInfo[] | undefined) ?? [];
  }

  close(): void {
    this.#wrapper.close();
  }

  get #queries(): Host['queries'] {
    if (!this.#host) {
      throw this.failure;
    }
    return this.#host.queries;
  }
}

/** What the client is told, as JSON, beside what stays here. */
function split<T>(options: SubscribeOptions<T>) {
  const { fetcher, init, signal, keepPreviousData, ...rest } = options;
  return { fetcher, init, signal, keepPreviousData, text: encode(rest) };
}
