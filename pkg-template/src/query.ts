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
  /** `true`: it may be out of date. Who watches is shown it, marked so, while it is asked for; `query` waits for that. */
  stale?: boolean;
  staleTime?: number;
  gcTime?: number;
  /** Tags of the data, beside those that its URL has. */
  tags?: string[] | undefined;
}

/** Options of {@link Cache.query}. */
export interface QueryOptions<T = unknown> extends QueryDefaults {
  /**
   * Tags of the data, beside those that its URL and its answer have. One that begins with `/` is a path that it is made of:
   * what names that names this.
   */
  tags?: string[];
  /**
   * Gives the data of a key that is no URL. What it reads by `fetch`, before it first waits or with its `signal`, counts
   * as what the data is made of: what invalidates that invalidates this, and its tags are tags of this. `track` has the
   * calls with another signal count, too.
   */
  fetcher?: (context: {
    key: QueryKey;
    signal: AbortSignal;
    track: (signal: AbortSignal) => void;
  }) => T | Promise<T>;
  /**
   * Whether the data may reach localStorage, whatever the rule says; what a `fetcher` gives does only if this is `true`, and
   * is what JSON makes of it after a reload.
   */
  persist?: boolean;
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
  /** `false`: it shows what is there and what becomes of that, needs no `fetcher`, and fetches nothing but by `refetch`. */
  enabled?: boolean;
  /**
   * Where it is not `enabled`: called each time that it would fetch anew, since the data was invalidated, in whatever tab,
   * or the answer to a request came late. For libraries that fetch by themselves.
   */
  onInvalidate?: () => void;
}

/** Options of {@link Cache.observe}. */
export interface ObserveOptions<T = unknown>
  extends Omit<SubscribeOptions<T>, 'signal' | 'keepPreviousData'> {
  /** Is shown until the data of the key is there, with `isPreviousData`. */
  previousData?: T | undefined;
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
  /** Fetches anew, if anybody watches. */
  readonly refetch: () => void;
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

/**
 * What is shown of a key, for a library of components: a store to subscribe to, with a snapshot to read. Its functions may be
 * passed on without it.
 */
export interface Observer<T = unknown> {
  /** What is shown now; while nobody listens, what would be shown. The same object until something that was read changes. */
  readonly state: QueryState<T>;
  /** As `state`, with a selection in place of the data, whose equal parts keep their references. */
  readonly read: <S = T>(select?: (data: T) => S) => QueryState<S>;
  /**
   * Calls `listener` when something has changed that was read, until the function given back is called. The key is
   * watched while anybody listens.
   */
  readonly subscribe: (listener: (state: QueryState<T>) => void) => () => void;
}
