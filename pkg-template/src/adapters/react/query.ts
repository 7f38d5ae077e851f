import type {
  ObserveOptions,
  Observer,
  QueryKey,
  QueryState,
  SubscribeOptions,
} from '../../query.js';
import type { Cache } from '../../types.js';
import { type Root, useRoot } from './context.js';
import { useLatest, useMade } from './memory.js';
import { useSyncExternalStore } from './react.js';

/** Options of {@link useQuery}. Times are milliseconds. */
export interface UseQueryOptions<T = unknown, S = T> extends Omit<SubscribeOptions<T>, 'signal'> {
  /** What the component wants of the data: it renders when that has changed. Equal parts keep their references. */
  select?: ((data: T) => S) | undefined;
}

/** No key: nothing is asked for. */
export type MaybeKey = QueryKey | null | undefined | false;

/**
 * The data of a key, for as long as the component is there: asked for if it is not fresh, and again when it is invalidated,
 * in whatever tab. The component renders again when something has changed that it has read. Without a key, or with `enabled: false`, nothing is asked for: so one query waits for another.
 *
 * ```tsx
 * const { data: user } = useQuery<User>('/api/me');
 * const { data: stories, isStale } = useQuery<Story[]>(user && `/api/users/${user.id}/stories`);
 * const { data: count } = useQuery('/api/stories', { select: (stories: Story[]) => stories.length });
 * ```
 *
 * @throws {EverfreshError} `config-invalid`, while it renders
 */
export function useQuery<T = unknown, S = T>(
  key: MaybeKey,
  options: UseQueryOptions<T, S> = {},
): QueryState<S> {
  return useObserved(key, options, undefined);
}

/** As {@link useQuery}; `initial` is shown until there is data. */
export function useObserved<T, S>(
  key: MaybeKey,
  { select, keepPreviousData, ...options }: UseQueryOptions<T, S>,
  initial: T | undefined,
): QueryState<S> {
  const root = useRoot();
  const fetcher = useLatest(options.fetcher);
  const { observer, rendered } = useMade<{ observer: Observer<T>; rendered: Observer<T> }>(
    root,
    identify(root.cache, key, options),
    (before) => {
      const previousData = before && keepPreviousData ? before.observer.state.data : initial;
      const given = { ...options, ...(options.fetcher && { fetcher }), previousData };
      const rendered = waiting<T>(root, key, options.enabled);
      return { rendered, observer: observe(root, key, given) ?? rendered };
    },
  );
  return useSyncExternalStore(
    observer.subscribe,
    () => observer.read(select),
    () => rendered.read(select),
  );
}

/** Nothing where there is no cache yet, or no key. */
export function observe<T>(
  { cache }: Root,
  key: MaybeKey,
  options: ObserveOptions<T>,
): Observer<T> | undefined {
  return cache && isKey(key) ? cache.observe<T>(key, options) : undefined;
}

/** What a server shows, and a browser while there is no cache, or no key. */
export function waiting<T>(root: Root, key: MaybeKey, enabled = true): Observer<T> {
  const state = root.hydration(key, enabled) as QueryState<T>;
  let last: { by: unknown; found: unknown } | undefined;
  const read = <S = T>(select?: (data: T) => S) => {
    if (!select || state.data === undefined) {
      return state as unknown as QueryState<S>;
    }
    if (last?.by !== select) {
      last = { by: select, found: { ...state, data: select(state.data) } };
    }
    return last?.found as QueryState<S>;
  };
  return { state, read, subscribe: () => () => {} };
}

export function isKey(key: MaybeKey): key is QueryKey {
  return key !== null && key !== undefined && key !== false;
}

/** Two that are equal are the same query: functions are left out, since a component makes them anew. */
export function identify(
  cache: Cache | undefined,
  key: MaybeKey,
  { init, ...options }: Omit<SubscribeOptions, 'signal'>,
): string {
  return JSON.stringify([!cache, key, options, init, [...new Headers(init?.headers)]]);
}
