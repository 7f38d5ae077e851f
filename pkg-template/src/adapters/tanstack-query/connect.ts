import type { Cache } from '../../types.js';
import type { Persister, QueryClientLike, QueryInfo, QueryLike } from './client.js';
import { tracked } from './context.js';
import { keyOf } from './key.js';

/** Options of {@link connectQueryClient}. */
export interface ConnectOptions {
  /** TanStack's `QueryClient`. */
  queryClient: QueryClientLike;
  /** From `install` or `createCache`. Where it could not start, nothing is connected. */
  cache: Cache;
  /**
   * Which queries' data may be kept in localStorage, so that it is there after a reload; none if left out. It is what JSON
   * makes of it then.
   */
  persist?: boolean | ((query: QueryInfo) => boolean);
  /**
   * Tags of a query's data, beside those that its requests bring: for query functions that don't use `fetch`. One that begins
   * with `/` is a path that it is made of.
   */
  tags?: (query: QueryInfo) => string[];
  /** Which queries are connected; all if left out. */
  predicate?: (query: QueryInfo) => boolean;
}

/** The data of a query as it is kept, with the time of its arrival in milliseconds. */
interface Kept {
  data: unknown;
  at: number;
}

/**
 * Connects a `QueryClient` with a cache. From then on each query's data has the tags of the requests that its query function
 * makes by `fetch`: at once, or with the `signal` that it is given. What an answer to a write names, here or in another tab,
 * is invalidated and, where it is in use, fetched anew; also where it was being fetched at that moment. When somebody else
 * signs in, all is forgotten. Queries that have a `persister` of their own are fetched as before.
 *
 * @returns a function that ends it
 * @example
 * ```ts
 * const queryClient = new QueryClient();
 * const cache = await install({ scope: { id: user.id } });
 * connectQueryClient({ queryClient, cache, persist: true });
 * ```
 */
export function connectQueryClient({
  queryClient,
  cache,
  persist,
  tags,
  predicate,
}: ConnectOptions): () => void {
  if (cache.failure) {
    return () => {};
  }
  /** What ends each connection. */
  const connected = new Map<QueryLike, () => void>();
  const optionsOf = (query: QueryLike) => ({
    staleTime: Number.POSITIVE_INFINITY,
    persist: typeof persist === 'function' ? persist(query) : !!persist,
    tags: tags?.(query) ?? [],
  });

  const persister: Persister = async (queryFn, context, query) => {
    if (!connected.has(query)) {
      return queryFn(context);
    }
    const { data } = await cache.query<Kept>(keyOf(query), {
      ...optionsOf(query),
      fetcher: async ({ track }) => ({
        data: await queryFn(tracked(context, track)),
        at: Date.now(),
      }),
      // It is TanStack that says when, and how often.
      init: { cache: 'reload' },
      retry: 0,
    });
    return data;
  };

  const outdate = (query: QueryLike) => {
    query.invalidate();
    if (query.state.fetchStatus === 'idle') {
      queryClient.refetchQueries({ type: 'active', predicate: (one) => one === query });
    } else {
      // TanStack would take the answer that is under way for a fresh one.
      query.cancel({ silent: true });
      query.fetch().catch(() => {});
    }
  };

  const connect = (query: QueryLike) => {
    if (predicate?.(query) === false) {
      return;
    }
    const watch = cache.subscribe<Kept>(keyOf(query), () => {}, {
      ...optionsOf(query),
      enabled: false,
      onInvalidate: () => outdate(query),
    });
    connected.set(query, () => watch.unsubscribe());
    const { data: found, isStale } = watch.state;
    if (found && query.state.data === undefined) {
      query.setState({
        data: found.data,
        dataUpdatedAt: found.at,
        status: 'success',
        isInvalidated: isStale,
      });
    }
  };

  const stops = [
    queryClient.getQueryCache().subscribe(({ type, query, action }) => {
      if (type === 'added') {
        connect(query);
      }
      const disconnect = connected.get(query);
      const isGone = type === 'removed';
      if (isGone && disconnect) {
        disconnect();
        connected.delete(query);
      }
      // What TanStack has forgotten, or the application has set, must not come back as it was.
      if (disconnect && (isGone || action?.manual)) {
        cache.remove(keyOf(query));
      }
    }),
    cache.events(({ type }) => {
      if (type === 'scope') {
        queryClient.getMutationCache().clear();
        queryClient.resetQueries();
      }
    }),
  ];
  const { queries, ...others } = queryClient.getDefaultOptions();
  // Without the mode, TanStack would take another one where there is a persister.
  queryClient.setDefaultOptions({
    ...others,
    queries: { networkMode: 'online', persister, ...queries },
  });
  for (const query of queryClient.getQueryCache().getAll()) {
    connect(query);
    for (const observer of query.observers) {
      observer.setOptions({ persister, ...observer.options });
    }
  }

  return () => {
    for (const stop of [...stops, ...connected.values()]) {
      stop();
    }
    connected.clear();
    const { queries, ...others } = queryClient.getDefaultOptions();
    const { persister: ours, ...rest } = { ...queries } as { persister?: unknown };
    queryClient.setDefaultOptions({ ...others, queries: ours === persister ? rest : queries });
  };
}
