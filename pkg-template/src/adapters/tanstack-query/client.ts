/** What is known of a query: a part of TanStack's `Query`. */
export interface QueryInfo {
  readonly queryKey: readonly unknown[];
  readonly meta?: Record<string, unknown> | undefined;
}

/** The parts of TanStack's `Query` that are used here. */
export interface QueryLike extends QueryInfo {
  readonly queryHash: string;
  readonly state: { readonly data: unknown; readonly fetchStatus: string };
  readonly observers: readonly { readonly options: object; setOptions(options: object): void }[];
  setState(state: object): void;
  invalidate(): void;
  cancel(options: { silent: boolean }): Promise<void>;
  fetch(): Promise<unknown>;
}

/** What TanStack's `QueryCache` tells of a query. */
interface QueryEvent {
  readonly type: string;
  readonly query: QueryLike;
  /** Of an `updated` one: `manual` where the application has set the data. */
  readonly action?: { readonly type: string; readonly manual?: boolean | undefined };
}

/** The parts of TanStack's `QueryClient` that are used here, so that these types name no version of it. */
export interface QueryClientLike {
  getQueryCache(): {
    getAll(): QueryLike[];
    subscribe(listener: (event: QueryEvent) => void): () => void;
  };
  getMutationCache(): { clear(): void };
  getDefaultOptions(): { queries?: object };
  setDefaultOptions(options: object): void;
  refetchQueries(filters: {
    type: 'active';
    predicate: (query: QueryLike) => boolean;
  }): Promise<void>;
  resetQueries(): Promise<void>;
}

/** What TanStack hands to a query function; the `signal` counts as wanted once it is read. */
export type Context = { readonly signal: AbortSignal };

/** TanStack's own hook around a query function. */
export type Persister = (
  queryFn: (context: Context) => unknown,
  context: Context,
  query: QueryLike,
) => unknown;
