import type { QueryKey, QueryState } from '../../query.js';
import type { Cache } from '../../types.js';
import { useRoot } from './context.js';
import { identify, type UseQueryOptions, useObserved } from './query.js';
import { useEffect } from './react.js';

/** What {@link useSuspenseQuery} gives: there always is data. */
export interface SuspenseQueryResult<T = unknown> extends QueryState<T> {
  readonly data: T;
}

/**
 * As `useQuery`, for a component that is shown once its data is there: until then it suspends, and where the first request
 * fails it throws, for an error boundary. Within a second of that nothing is asked for again.
 *
 * On a server, data that was not dehydrated is an error: what is around shows its fallback, and the browser goes on.
 *
 * ```tsx
 * <Suspense fallback={<Spinner />}>
 *   <Stories />
 * </Suspense>;
 *
 * const { data } = useSuspenseQuery<Story[]>('/api/stories');
 * ```
 *
 * @throws {EverfreshError} what the request failed with
 */
export function useSuspenseQuery<T = unknown, S = T>(
  key: QueryKey,
  { select, ...options }: Omit<UseQueryOptions<T, S>, 'enabled'> = {},
): SuspenseQueryResult<S> {
  const { cache, ready } = useRoot();
  const id = identify(cache, key, options);
  const first = cache && firsts.get(cache)?.get(id);
  const result = useObserved<T, S>(key, { select, ...options }, first?.data as T | undefined);
  // From here on the watch holds it: what comes later must not find it here (P1, P8).
  useEffect(() => {
    if (cache) firsts.get(cache)?.delete(id);
  }, [cache, id]);
  if (result.data === undefined) {
    if (result.error !== undefined && !result.isFetching) {
      throw result.error;
    }
    if (!cache) {
      throw typeof document === 'undefined' ? new Error('everfresh: not dehydrated') : ready;
    }
    suspend(cache, id, () => cache.query<T>(key, options));
  }
  return result as SuspenseQueryResult<S>;
}

/** The first request of a key, while no component is there that could hold what comes of it. */
interface First {
  promise: Promise<void>;
  data?: unknown;
  error?: unknown;
  /** When it is forgotten, in milliseconds since 1970; while it is under way, never. */
  until: number;
}

/** Milliseconds for which what came of it is held: React renders several times before it shows data, or gives up. */
const HELD = 1_000;

const firsts = new WeakMap<Cache, Map<string, First>>();

function suspend(cache: Cache, id: string, ask: () => Promise<unknown>): never {
  const all = firsts.get(cache) ?? new Map<string, First>();
  firsts.set(cache, all);
  for (const [name, { until }] of all) {
    if (until <= Date.now()) {
      all.delete(name);
    }
  }
  const first = all.get(id) ?? begin(ask);
  all.set(id, first);
  throw 'error' in first ? first.error : first.promise;
}

function begin(ask: () => Promise<unknown>): First {
  const settle = (outcome: Pick<First, 'data' | 'error'>) => {
    Object.assign(first, outcome, { until: Date.now() + HELD });
  };
  const promise = ask().then(
    (data) => settle({ data }),
    (error) => settle({ error }),
  );
  const first: First = { promise, until: Infinity };
  return first;
}
