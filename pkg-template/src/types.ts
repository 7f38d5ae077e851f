import type { EverfreshError } from './errors.js';

/** A rule: which answers are kept, and for how long. The first one that matches a request counts. */
export interface Rule {
  /** A path such as `/api/stories/:id` or `/api/*`, or a URL with an origin before it. */
  match: string;
  /** Methods that it is for; `GET` and `HEAD` if left out. */
  methods?: string[];
  /** `false`: leave these requests alone. */
  cache?: boolean;
  /** `true`: requests with an unsafe method change nothing. */
  safe?: boolean;
  /** Milliseconds for which an answer is fresh; left out, the answer's own headers say it. */
  staleTime?: number;
  /** Milliseconds for which an answer is kept. */
  gcTime?: number;
  /** Tags of the answer, such as `story:{id}`. */
  tags?: string[];
  /** Whether answers may reach localStorage; left out, they may with a `scope`, or if they are `public`. */
  persist?: boolean;
  /** `swr`: hand out what is stale while it is fetched anew. `fresh` (default): wait for the network. */
  mode?: 'fresh' | 'swr';
}

/** A kind of thing that the server has, and the writes that touch it. */
export interface Entity {
  /** Path of one, such as `/api/scenes/:id`. */
  path: string;
  /** Kinds that contain it, with the JSON field that holds the id: `{ "chapter": "chapterId" }`. */
  parents?: Record<string, string>;
  /** What may follow its path in a write that touches it, such as `like`. */
  actions?: string[];
  /** Path to which new ones are posted. */
  collection?: string;
  /** Tags of the lists that it is in. */
  lists?: string[];
}

/** Whose data it is. */
export interface Scope {
  /** Id of the user who is signed in, the same on every page of the origin. */
  id: string;
}

/** Options of a cache. Times are milliseconds. */
export interface CacheOptions {
  /** What is cached. Without a rule, plain `fetch` stays as it is. */
  rules?: Rule[];
  /** What writes touch, where the server does not say so itself. */
  entities?: Record<string, Entity>;
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
}

/**
 * What data is of: a path or a URL, or a name or a list of anything that JSON has, for data that is no URL's. Two
 * lists with equal members are the same key.
 */
export type QueryKey = string | URL | readonly unknown[];

/** Options of queries that a cache can choose for all. Times are milliseconds. */
export interface QueryDefaults {
  /** How long data is fresh; left out, the rule says it, or the answer's headers, and without a rule 0. */
  staleTime?: number;
  /** How long data that nobody uses is kept; 30 minutes if left out. */
  gcTime?: number;
  /** How long after a request no other one is made, unless something was invalidated; 2,000 if left out. */
  dedupingInterval?: number;
  /** Time between two requests of a subscription, while the page is seen. */
  refetchInterval?: number;
  /** How often a request that failed is made again, later each time: 3 for a subscription, 0 for a query if left out. */
  retry?: number;
  /** A subscription fetches what is stale when the page is looked at again; `true` if left out. */
  refetchOnWindowFocus?: boolean;
  /** The same when the network is back; `true` if left out. */
  refetchOnReconnect?: boolean;
  /** `true`: what is stale is waited for, not handed out while it is fetched anew. */
  waitForFresh?: boolean;
}

/** Options of {@link Cache.setQueryData}. */
export interface SetDataOptions {
  staleTime?: number;
  gcTime?: number;
  /** Tags of the data, beside those that its URL has. */
  tags?: string[];
}

/** Options of {@link Cache.query}. */
export interface QueryOptions<T = unknown> extends QueryDefaults {
  /** Tags of the data, beside those that its URL and its answer have. */
  tags?: string[];
  /** Gives the data of a key that is no URL, or of one by other means than a GET. */
  fetcher?: (context: { key: QueryKey; signal: AbortSignal }) => T | Promise<T>;
  /** How a URL is fetched, such as its headers. */
  init?: Omit<RequestInit, 'method' | 'body' | 'signal'>;
  /** Rejects the promise; the request is aborted if nobody else wants it. */
  signal?: AbortSignal;
}

/** Options of {@link Cache.subscribe}. */
export interface SubscribeOptions<T = unknown> extends Omit<QueryOptions<T>, 'signal'> {
  /** Ends the subscription. */
  signal?: AbortSignal;
  /** Until the data of another key is there, that of the key before is shown, with `isPreviousData`. */
  keepPreviousData?: boolean;
}

/** Data that is there. */
export interface Peeked<T = unknown> {
  data: T;
  /** It is out of date: invalidated, or past its time. */
  isStale: boolean;
}

/** What a subscription shows. */
export interface QueryState<T = unknown> {
  /** What was fetched last. Parts that have not changed keep their references. */
  readonly data: T | undefined;
  /** Why the last request failed, after all its retries; `undefined` once one has succeeded. */
  readonly error: unknown;
  /** There is no data yet, and it is being fetched. */
  readonly isLoading: boolean;
  /** It is being fetched. */
  readonly isFetching: boolean;
  /** It is out of date: it was invalidated, or has passed its time. */
  readonly isStale: boolean;
  /** The data is that of the key before. */
  readonly isPreviousData: boolean;
}

/** Somebody who watches a key. */
export interface Subscription<T = unknown> {
  /** What is shown now. */
  readonly state: QueryState<T>;
  /** Watches another key instead. */
  setKey(key: QueryKey): void;
  /** Fetches anew. */
  refetch(): void;
  /** Ends it; what nobody else waits for is aborted. */
  unsubscribe(): void;
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
 * outcome, a call, a write that a page left behind, another tab, or cleared site data.
 */
export type Cause = 'header' | 'map' | 'write' | 'unknown' | 'call' | 'orphan' | 'peer' | 'cleared';

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
  /** Something was wrong and was skipped, or made an invalidation wider; `wasm-unavailable`: it broke, and all is native. */
  | { type: 'problem'; code: string; subject: string };

/** A cache. */
export interface Cache {
  /** Version of the package. */
  readonly version: string;
  /** Why there is no caching, where {@link install} could not start: all else then works natively. */
  readonly failure: EverfreshError | undefined;
  /** Whether it stands in for `globalThis.fetch`. */
  readonly installed: boolean;
  /** `fetch` with this cache, whether or not it is installed. */
  fetch: typeof fetch;
  /** Stands in for `globalThis.fetch`, and watches `XMLHttpRequest`. */
  install(): void;
  /** Gives both back. All entries are dropped, since writes will pass unseen. */
  uninstall(): void;
  /** Drops what these name, in the grammar of `X-Cache-Invalidate`: one text, or a target in each. */
  invalidate(targets: string | string[], options?: InvalidateOptions): void;
  /** Drops what carries one of these tags. */
  invalidateTags(tags: string | string[], options?: InvalidateOptions): void;
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
   * Says what a key's data is, until it is stale or invalidated; a function is given what is there, and nothing is
   * set where it gives nothing. `fetch` is never answered with it.
   */
  setQueryData<T = unknown>(
    key: QueryKey,
    data: T | ((before: T | undefined) => T | undefined),
    options?: SetDataOptions,
  ): void;
  /** Forgets the data of a key, in this tab and in storage; it is no invalidation. */
  remove(key: QueryKey): void;
  /** Drops everything that we keep, from memory and from localStorage. */
  clear(): void;
  /** Says who is signed in from now on; `null` for nobody. What was cached until now is dropped, in every tab. */
  setScope(scope: Scope | null): void;
  /** Calls `listener` with all that happens; the function given back ends that. */
  events(listener: (event: CacheEvent) => void): () => void;
  /** What is cached, in no order. */
  entries(): EntryInfo[];
  /** Uninstalls, writes what is still to be written, and ends. */
  close(): void;
}
