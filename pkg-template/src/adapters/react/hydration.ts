import type { QueryKey, QueryState } from '../../query.js';
import type { Cache } from '../../types.js';
import { isKey, type MaybeKey } from './query.js';

/** The data of a key that a server has rendered with. */
export interface DehydratedQuery {
  key: QueryKey;
  /** What `JSON.stringify` keeps as it is, or the promise of that. */
  data: unknown;
  /** Tags of the data, beside those that its URL has. */
  tags?: string[];
}

/** What goes to the browser with the page: plain data. */
export interface DehydratedState {
  queries: DehydratedQuery[];
}

/**
 * What a server sends along with the page that it has rendered with this data: the `state` of {@link CacheProvider}, there
 * and in the browser. Where it is written into HTML, `<` must be escaped.
 *
 * ```ts
 * const state = await dehydrate([{ key: '/api/stories', data: loadStories() }]);
 * ```
 */
export async function dehydrate(queries: readonly DehydratedQuery[]): Promise<DehydratedState> {
  const load = async (query: DehydratedQuery) => ({ ...query, data: await query.data });
  return { queries: await Promise.all(queries.map(load)) };
}

/**
 * Gives a cache what a server has sent along. It is shown at once, marked stale, and fetched anew where it is used: the
 * page may come out of a cache, and be older than a write. What the cache has already stays.
 */
export function hydrate(cache: Cache, state: DehydratedState): void {
  for (const { key, data, tags } of state.queries) {
    if (!cache.failure && cache.peek(key) === undefined) {
      cache.setQueryData(key, data, { stale: true, tags });
    }
  }
}

/** What is shown of a key until there is a cache; without a key that is nothing. */
export type Hydration = (key: MaybeKey, isEnabled: boolean) => QueryState;

/** The same on the server, and in the browser when it takes over. */
export function hydrationOf(state: DehydratedState | undefined): Hydration {
  const all = new Map(state?.queries.map(({ key, data }) => [JSON.stringify(key), data]));
  return (key, isEnabled) => {
    const isFetching = isEnabled && isKey(key);
    const data = isKey(key) ? all.get(JSON.stringify(key)) : undefined;
    return {
      data,
      error: undefined,
      isLoading: isFetching && data === undefined,
      isFetching,
      isStale: data !== undefined,
      isPreviousData: false,
      refetch() {},
    };
  };
}
