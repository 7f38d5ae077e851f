import type { Host } from '../../src/host/host.js';
import { Wrapper } from '../../src/host/wrapper.js';
import { EverfreshError } from './errors.js';
import type { Triggers } from './everfresh.prefetch.js';
import { ALL_ON, Features, followerOf } from './features.js';
import type { Flags } from './flags.js';
import { load, loadScript, loadTriggers } from './load.js';
import { Meter } from './measuring.js';
import { NONE, NOTHING_COUNTED } from './nothing.js';
import { type LoadOverlay, Opener } from './opener.js';
import { split } from './options.js';
import type { WasmSource } from './source.js';
import type {
  BatchItem,
  BatchOptions,
  Cache,
  CacheEvent,
  CacheMetrics,
  CacheOptions,
  EntryInfo,
  Explanation,
  HoverOptions,
  IdleOptions,
  InvalidateOptions,
  MutateOptions,
  Mutations,
  ObserveOptions,
  Observer,
  Peeked,
  Prediction,
  PrefetchOptions,
  PrefetchResult,
  PrefetchStats,
  QueryKey,
  QueryOptions,
  QueryState,
  Scope,
  SetDataOptions,
  SmartPrefetcherOptions,
  SubscribeOptions,
  Subscription,
  VisibleOptions,
} from './types.js';
import { version } from './version.js';

/** How an entry point gets its wasm; called once. */
export type Source = () => WasmSource;

/** The cache that stands in for `globalThis.fetch`, so that installing twice is installing once. */
let installed: { wrapper: Wrapper; cache: Promise<Cache> } | undefined;

/** What an entry point knows: how to get its wasm, and its overlay. */
export interface Entry {
  source: Source;
  overlay: LoadOverlay;
}

/** A cache that replaces nothing. */
export function create(entry: Entry, options: CacheOptions): Promise<Cache> {
  return isPage() ? start(new Wrapper(), entry, options, false) : inert(entry);
}

/** A cache that stands in for `globalThis.fetch` from now on; where it can't start, the page goes on natively. */
export function install(
  entry: Entry,
  options: CacheOptions | Promise<CacheOptions>,
): Promise<Cache> {
  if (!isPage()) {
    return inert(entry);
  }
  if (!installed?.wrapper.installed) {
    const wrapper = new Wrapper();
    heed(wrapper, options);
    wrapper.install();
    installed = { wrapper, cache: start(wrapper, entry, options, true) };
  }
  return installed.cache;
}

async function start(
  wrapper: Wrapper,
  { source, overlay }: Entry,
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
    const chosen = await options;
    heed(wrapper, chosen);
    const [engine, follower] = await Promise.all([loading, followerOf(chosen, wrapper)]);
    if (chosen.outboxHeaders) made.outboxHeaders = chosen.outboxHeaders;
    const cache = new Shim(wrapper, host, undefined, overlay);
    cache.features = new Features(engine, wrapper, made, cache, chosen, follower);
    cache.features.start();
    return cache;
  } catch (error) {
    wrapper.fail(error instanceof Error ? error.message : `${error}`);
    if (native && error instanceof EverfreshError && error.code !== 'config-invalid') {
      const cache = new Shim(wrapper, host, error, overlay);
      cache.devtools.allow((await options).devtools);
      return cache;
    }
    throw error;
  }
}

/** A server serves many: what one user is answered must not stay there for another (P8). */
async function inert({ overlay }: Entry): Promise<Cache> {
  const wrapper = new Wrapper();
  wrapper.close();
  const message = 'there is no page here: a server has no cache of a browser';
  return new Shim(wrapper, undefined, new EverfreshError('no-page', message), overlay);
}

function isPage(): boolean {
  return globalThis.location !== undefined;
}

/** The one option that counts before the wasm is there, if it is known by then. */
function heed(wrapper: Wrapper, options: CacheOptions | Promise<CacheOptions>): void {
  if ('observeXhr' in options && options.observeXhr === false) {
    wrapper.leaveXhr();
  }
}

class Shim extends Meter implements Cache {
  features: Features | undefined;
  readonly version = version;
  readonly failure: EverfreshError | undefined;
  readonly fetch: typeof fetch;
  readonly devtools: Opener;
  readonly #wrapper: Wrapper;
  readonly #host: Host | undefined;
  #triggers: Promise<Triggers> | undefined;
  #unheedHtml = () => {};

  constructor(
    wrapper: Wrapper,
    host: Host | undefined,
    failure: EverfreshError | undefined,
    overlay: LoadOverlay,
  ) {
    super(host);
    this.#wrapper = wrapper;
    this.#host = host;
    this.failure = failure;
    this.fetch = wrapper.fetch;
    this.devtools = new Opener(this, overlay);
  }

  /** What the overlay looks into. */
  get host(): Host | undefined {
    return this.#host;
  }

  get installed(): boolean {
    return this.#wrapper.installed;
  }

  get flags(): Flags {
    return this.features?.on ?? ALL_ON;
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

  observe<T>(key: QueryKey, options: ObserveOptions<T> = {}): Observer<T> {
    return this.#queries.observe(key, split(options)) as unknown as Observer<T>;
  }

  setQueryData<T>(
    key: QueryKey,
    data: T | ((before: T | undefined) => T | undefined),
    options: SetDataOptions = {},
  ): void {
    this.#queries.setData(key, data, split(options));
  }

  async mutate<TData, TVariables>(options: MutateOptions<TData, TVariables>): Promise<TData> {
    return this.#there.mutate(options);
  }

  tempId(): string {
    return this.#there.tempId();
  }

  get mutations(): Mutations {
    return (this.#host?.mutations as Mutations | undefined) ?? NONE;
  }

  async prefetch(url: string | URL, options?: PrefetchOptions): Promise<PrefetchResult> {
    const triggers = await this.#load().catch(ignore);
    return triggers?.prefetch(url, options) ?? off(url);
  }

  prefetchOnHover(
    target: Element | string | URL,
    second?: string | URL | HoverOptions,
    options?: HoverOptions,
  ): () => void {
    return this.#start((triggers) =>
      isUrl(target)
        ? triggers.intend(`${target}`, second as HoverOptions | undefined)
        : triggers.hover(target, second as string | URL | undefined, options),
    );
  }

  cancelHoverPrefetch(target: Element | string | URL): void {
    const of = isUrl(target) ? `${target}` : target;
    this.#triggers?.then((triggers) => triggers.cancelHover(of), ignore);
  }

  prefetchOnVisible(element: Element, url?: string | URL, options?: VisibleOptions): () => void {
    return this.#start((triggers) => triggers.visible(element, url, options));
  }

  prefetchOnIdle(url: string | URL | readonly (string | URL)[], options?: IdleOptions): () => void {
    return this.#start((triggers) => triggers.idle([url].flat(), options));
  }

  async prefetchBatch(
    items: readonly (string | URL | BatchItem)[],
    options?: BatchOptions,
  ): Promise<PrefetchResult[]> {
    const triggers = await this.#load().catch(ignore);
    return (
      triggers?.batch(items, options) ??
      items.map((item) => off(typeof item === 'object' && 'url' in item ? item.url : item))
    );
  }

  prefetchElements(
    root: Document | DocumentFragment | Element | undefined = globalThis.document,
  ): () => void {
    return this.#start((triggers) => triggers.elements(root));
  }

  async navigate(
    url: string | URL,
    { urls = (page) => [page] }: SmartPrefetcherOptions = {},
  ): Promise<PrefetchResult[]> {
    const triggers = await this.#load().catch(ignore);
    return triggers?.navigate(absolute(url), urls) ?? [];
  }

  predict(most = 5): Prediction[] {
    return (this.#host?.predict(most) as Prediction[] | undefined) ?? [];
  }

  explain(url: string | URL): Explanation | undefined {
    return this.#host?.explain(absolute(url)) as Explanation | undefined;
  }

  prefetchStats(): PrefetchStats {
    return this.#host?.report('prefetches') ?? {};
  }

  heedHtml(heeds: boolean): void {
    this.#unheedHtml();
    this.#unheedHtml = heeds ? this.prefetchElements() : () => {};
  }

  remove(key: QueryKey): void {
    this.#queries.remove(key);
  }

  clear(): void {
    this.#host?.clear();
  }

  setScope(scope: Scope | null): void {
    this.#host?.setScope(`${scope?.id ?? ''}`);
    this.features?.claim(scope);
  }

  events(listener: (event: CacheEvent) => void): () => void {
    return this.#host?.subscribe(listener) ?? (() => {});
  }

  metrics(): CacheMetrics {
    return { ...NOTHING_COUNTED, ...this.#host?.report('metrics') };
  }

  entries(): EntryInfo[] {
    return this.#host?.report('entries') ?? [];
  }

  close(): void {
    this.features?.stop();
    this.devtools.end();
    this.#unheedHtml();
    this.stopMonitoring();
    this.#wrapper.close();
  }

  /** Without a host, and where the script can't be had, nothing is prefetched. */
  #load(): Promise<Triggers> {
    this.#triggers ??= loadTriggers()
      .then(({ triggersOf }) => triggersOf(this.#there))
      .catch((error) => {
        this.#triggers = undefined;
        throw error;
      });
    return this.#triggers;
  }

  /** Starts a trigger once it is loaded; the function given back ends it, or sees that it never starts. */
  #start(begin: (triggers: Triggers) => () => void): () => void {
    const ended = new AbortController();
    const { signal } = ended;
    this.#load().then((triggers) => {
      if (!signal.aborted) {
        signal.addEventListener('abort', begin(triggers));
      }
    }, ignore);
    return () => ended.abort();
  }

  get #queries(): Host['queries'] {
    return this.#there.queries;
  }

  get #there(): Host {
    if (!this.#host) {
      throw this.failure;
    }
    return this.#host;
  }
}

/** What could not be loaded was told of already. */
function ignore(): undefined {}

function isUrl(target: Element | string | URL): target is string | URL {
  return typeof target === 'string' || target instanceof URL;
}

function absolute(url: string | URL): string {
  return new URL(url, globalThis.location?.href).href;
}

function off(url: string | URL): PrefetchResult {
  return { url: `${url}`, status: 'skipped', reason: 'off' };
}
