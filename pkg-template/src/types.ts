import type { EverfreshError } from './errors.js';
import type { Flags } from './flags.js';
import type { AlertEvent, Measuring, MetricsOptions } from './metrics.js';
import type { MutateOptions, Mutations } from './mutation.js';
import type { Devtools, DevtoolsOptions } from './opener.js';
import type { Prefetching, PrefetchLimits, PrefetchTrigger } from './prefetching.js';
import type {
  ObserveOptions,
  Observer,
  Peeked,
  QueryDefaults,
  QueryKey,
  QueryOptions,
  QueryState,
  SetDataOptions,
  SubscribeOptions,
  Subscription,
} from './query.js';
import type { Known, RulesDocument, TagsOf } from './rules.js';

export type * from './flags.js';
export type * from './metrics.js';
export type * from './mutation.js';
export type { Devtools, DevtoolsOptions, Dock, View } from './opener.js';
export type * from './prefetching.js';
export type * from './query.js';
export type { Entity, Known, Rule, RulesDocument, TagsOf } from './rules.js';

/** Whose data it is. */
export interface Scope {
  /** Id of the user who is signed in, the same on every page of the origin. */
  id: string;
}

/** How a server is listened to. */
export interface PushOptions {
  /** Where it says what is old, as server-sent events; `/_everfresh/events` if left out. Only what is of its origin counts. */
  url?: string;
  /** `true`: cookies go along to another origin, too. */
  withCredentials?: boolean;
}

/** Options of a cache. Times are milliseconds. The parameters are those of {@link RulesDocument}. */
export interface CacheOptions<
  Kind extends string = string,
  List extends string = string,
  Tag extends string = string,
> extends RulesDocument<Kind, List, Tag> {
  /** Who is signed in. What others have stored before is dropped, in every tab. Left out, the page does not say. */
  scope?: Scope | null;
  /** Build id: a change drops everything that was stored. */
  buster?: string;
  /** How long anything may stay in localStorage; a day if left out. */
  maxAge?: number;
  /** How long after a write of unknown outcome answers are not trusted; 10 seconds if left out. */
  settleMs?: number;
  /** Entries in memory; 2,000 if left out. */
  maxEntries?: number;
  /** Size of the bodies in memory, in UTF-16 units or bytes; 32,000,000 if left out. */
  maxBytes?: number;
  /** Size of our part of localStorage in UTF-16 units; 4,000,000 if left out. */
  maxStorage?: number;
  /** Size of the largest entry in localStorage in UTF-16 units; 500,000 if left out. */
  maxEntrySize?: number;
  /** `false`: answers are kept in memory alone. */
  persist?: boolean;
  /** `false`: while installed, what `XMLHttpRequest` writes and is answered goes unseen. */
  observeXhr?: boolean;
  /** What queries choose where they are silent. */
  query?: QueryDefaults;
  /** How long after its answer the first use of a prefetch may come, whatever its rule says; 30 seconds if left out. */
  prefetchStaleTime?: number;
  /** What is never prefetched, and how much is. */
  prefetch?: PrefetchLimits;
  /** `true`: elements with `data-prefetch` are heeded, as by {@link Cache.prefetchElements}. */
  prefetchHtml?: boolean;
  /** `false`: nothing is measured over time. An object says more. */
  metrics?: boolean | MetricsOptions;
  /**
   * Has the server say unasked what is old, to one tab for all of this browser: `true` where it does so at
   * `/_everfresh/events`, or another URL.
   */
  push?: boolean | string | PushOptions;
  /**
   * Headers of what the outbox sends, credentials above all: asked for before each attempt, and never stored. Cookies go
   * along by themselves.
   */
  outboxHeaders?: (request: { method: string; url: string }) => HeadersInit | Promise<HeadersInit>;
  /**
   * Whether the overlay may be opened, and how. Left out, it may where the page is served by this machine (`localhost` and
   * its like), and nowhere else.
   */
  devtools?: boolean | DevtoolsOptions;
}

/** How often what happened in this tab since the cache has started. */
export interface CacheMetrics {
  /** Reads that were answered from memory. */
  memoryHits: number;
  /** Reads that were answered from localStorage. */
  storageHits: number;
  /** Of both, those that were handed out stale. */
  staleHits: number;
  /** Reads that went to the network. */
  misses: number;
  /** Reads that joined a request that was under way. */
  joined: number;
  /** Answers that were stored. */
  stores: number;
  /** Answers that were not, since an invalidation had met them. */
  lateFills: number;
  /** Stored answers that the server said are current (304). */
  revalidations: number;
  invalidations: number;
  /** Entries that these have met. */
  invalidated: number;
  evictions: number;
  mutationsDone: number;
  mutationsFailed: number;
  problems: number;
}

/** Options of {@link Cache.invalidate}. */
export interface InvalidateOptions {
  /** Only entries of this origin. */
  origin?: string;
  /** `stale`: keep what is named, but mark it stale. `drop` (default): drop it. */
  mode?: 'drop' | 'stale';
}

/** What is known of a cached answer. */
export interface EntryInfo {
  url: string;
  tags: string[];
  /** Its body is in memory. */
  memory: boolean;
  /** It is in localStorage. */
  storage: boolean;
  /** Milliseconds since the server made it. */
  age: number;
  /** Milliseconds for which it is fresh; negative once it is not. */
  freshFor: number;
  /** An invalidation marked it stale. */
  stale: boolean;
  /** UTF-16 units of a text, bytes of anything else. */
  size: number;
}

/** Where an answer came from, or went. */
export type Source = 'memory' | 'storage';

/**
 * Why something was invalidated: a response header, the entity map, a write to its URL, a write of unknown
 * outcome, a call, the server by push, a write that a page left behind, another tab, or cleared site data.
 */
export type Cause =
  | 'header'
  | 'map'
  | 'write'
  | 'unknown'
  | 'call'
  | 'push'
  | 'orphan'
  | 'peer'
  | 'cleared';

/** Something that the cache did. */
export type CacheEvent =
  | { type: 'hit'; url: string; source: Source; age: number; stale: boolean }
  | { type: 'miss'; url: string; joined: boolean }
  /** The server said that a stored answer is current (304). */
  | { type: 'revalidate'; url: string }
  /** A request failed, and a stored answer was given in its place (`stale-if-error`). */
  | { type: 'stale-if-error'; url: string; age: number }
  | { type: 'store'; url: string; tags: string[]; size: number }
  /** An answer was not stored: something that it carries was invalidated after it was asked for. */
  | { type: 'late-fill'; url: string }
  | { type: 'persist'; url: string }
  /** `targets` is written as in `X-Cache-Invalidate`; `matched` holds the first 100 URLs of `count`. */
  | {
      type: 'invalidate';
      targets: string;
      origin: string | null;
      cause: Cause;
      matched: string[];
      count: number;
    }
  /**
   * Somebody else is signed in, or nobody (`null`): all entries were dropped. Where this page does not say so itself
   * (`ours` is false), another tab has said it, and nothing is cached here until {@link Cache.setScope}, or a reload.
   */
  | { type: 'scope'; id: string | null; ours: boolean }
  | { type: 'evict'; url: string; source: Source }
  /** What becomes of a mutation; `id` is its idempotency key, `url` is empty for a `mutationFn`. */
  | {
      type: 'mutation';
      id: string;
      url: string;
      state: 'queued' | 'sending' | 'retry' | 'done' | 'failed' | 'paused' | 'dead' | 'withdrawn';
    }
  /** What becomes of a prefetch that is sent; the states are those of `PrefetchAccount`. */
  | {
      type: 'prefetch';
      url: string;
      trigger: PrefetchTrigger;
      state: 'sent' | 'used' | 'expired' | 'invalidated' | 'evicted' | 'aborted' | 'failed';
      bytes: number;
      savedMs: number;
    }
  /**
   * Something was wrong and was skipped, or made an invalidation wider; `wasm-unavailable`: it broke, and all is native;
   * `operation-failed`: an optimistic operation can't be applied, and is dropped.
   */
  | { type: 'problem'; code: string; subject: string }
  /** What is on has changed: see {@link RulesDocument.flags}. */
  | { type: 'flags'; flags: Flags }
  /** What became of an alert, once {@link Cache.startMonitoring} was called. */
  | AlertEvent;

/** Starts a cache. It knows the names in its options. */
export type Start = <
  const Kind extends string = never,
  const List extends string = never,
  const Tag extends string = never,
>(
  options?: CacheOptions<Kind, List, Tag>,
) => Promise<Cache<TagsOf<RulesDocument<Kind, List, Tag>>>>;

/** A cache; `Tags` are those that are known by name. */
export interface Cache<Tags extends string = string> extends Prefetching, Measuring {
  /** Version of the package. */
  readonly version: string;
  /** Why there is no caching, where {@link install} could not start: all else then works natively. */
  readonly failure: EverfreshError | undefined;
  /** Whether it stands in for `globalThis.fetch`. */
  readonly installed: boolean;
  /** What is on in this page: all of it, unless the option `flags` says otherwise. */
  readonly flags: Flags;
  /** `fetch` with this cache, whether or not it is installed. */
  fetch: typeof fetch;
  /** Stands in for `globalThis.fetch`, and watches `XMLHttpRequest`. */
  install(): void;
  /** Gives both back. All entries are dropped, since writes will pass unseen. */
  uninstall(): void;
  /** Drops what these name, in the grammar of `X-Cache-Invalidate`: one text, or a target in each. */
  invalidate(targets: string | string[], options?: InvalidateOptions): void;
  /** Drops what carries one of these tags; those that are known complete, and a server may have others. */
  invalidateTags(tags: Known<Tags> | readonly Known<Tags>[], options?: InvalidateOptions): void;
  /** Drops the data of a key and, where it is a list, of all keys that begin with it. */
  invalidateKey(key: QueryKey, options?: Omit<InvalidateOptions, 'origin'>): void;
  /**
   * The data of a key: what is there, also while it is past its time and being fetched anew; what was invalidated
   * is waited for.
   *
   * @throws {EverfreshError} `http-error`, `not-json`, `config-invalid`; otherwise what native `fetch`, or the
   * fetcher, is rejected with
   */
  query<T = unknown>(key: QueryKey, options?: QueryOptions<T>): Promise<T>;
  /** The data of a key that is there, at once; nothing is fetched. */
  peek<T = unknown>(key: QueryKey): Peeked<T> | undefined;
  /**
   * Watches a key: it is fetched, and again when it is invalidated, here or in another tab. `listener` hears of
   * changes of those members of the state that somebody has read, and so of no change where equal data came.
   *
   * @throws {EverfreshError} `config-invalid`
   */
  subscribe<T = unknown>(
    key: QueryKey,
    listener: (state: QueryState<T>) => void,
    options?: SubscribeOptions<T>,
  ): Subscription<T>;
  /**
   * What is shown of a key, to be subscribed to: what hooks of component libraries are made with.
   *
   * @throws {EverfreshError} `config-invalid`
   */
  observe<T = unknown>(key: QueryKey, options?: ObserveOptions<T>): Observer<T>;
  /**
   * Says what a key's data is, until it is stale or invalidated; a function is given what is there, and nothing is
   * set where it gives nothing. `fetch` is never answered with it.
   */
  setQueryData<T = unknown>(
    key: QueryKey,
    data: T | ((before: T | undefined) => T | undefined),
    options?: SetDataOptions,
  ): void;
  /**
   * Writes something, and shows it at once: subscribers hear of the optimistic changes in the same task. The promise
   * is that of the answer's data; where another tab sent a durable mutation, that of the answer as far as it was told.
   *
   * @throws {EverfreshError} `http-error` with the `Response` as its `cause`, `not-json`, `config-invalid`,
   * `outbox-full`, `scope-missing`, `not-storable`, `mutation-discarded`; otherwise what `fetch` or the function is
   * rejected with
   */
  mutate<TData = unknown, TVariables = unknown>(
    options: MutateOptions<TData, TVariables>,
  ): Promise<TData>;
  /** A text that is used nowhere else, to stand for the id of what a mutation makes: in items, URLs and later mutations. */
  tempId(): string;
  /** The mutations that are not done. */
  readonly mutations: Mutations;
  /** Forgets the data of a key, in this tab and in storage; it is no invalidation. */
  remove(key: QueryKey): void;
  /** Drops everything that we keep, from memory and from localStorage. */
  clear(): void;
  /** Says who is signed in from now on; `null` for nobody. What was cached until now is dropped, in every tab. */
  setScope(scope: Scope | null): void;
  /** Calls `listener` with all that happens; the function given back ends that. */
  events(listener: (event: CacheEvent) => void): () => void;
  /** How often what happened in this tab; {@link Cache.report} is of all tabs, and over time. */
  metrics(): CacheMetrics;
  /** What is cached, in no order. */
  entries(): EntryInfo[];
  /** The overlay, which shows all that the cache holds and does. */
  readonly devtools: Devtools;
  /** Uninstalls, writes what is still to be written, and ends. */
  close(): void;
}
