import type { SubscribeOptions } from '../../query.js';
import { useRoot } from './context.js';
import { useLatest, useMade } from './memory.js';
import { type KeyOfPage, pagesOf } from './pages.js';
import { identify } from './query.js';
import { useEffect, useSyncExternalStore } from './react.js';

/** Options of {@link useInfiniteQuery}: those of `useQuery`, for each page. */
export interface InfiniteOptions<T = unknown>
  extends Omit<SubscribeOptions<T>, 'signal' | 'keepPreviousData'> {
  /** How many pages are there at the start; 1 if left out. */
  initialSize?: number;
}

/** What {@link useInfiniteQuery} gives. */
export interface InfiniteResult<T = unknown> {
  /** The pages whose data is there, in order. */
  readonly pages: readonly T[];
  /** Why the last request of a page failed. */
  readonly error: unknown;
  /** There is no page yet, and one is being fetched. */
  readonly isLoading: boolean;
  /** A page is being fetched, the next one or one that is there. */
  readonly isFetching: boolean;
  /** A page that was asked for is not there yet. */
  readonly isFetchingNextPage: boolean;
  /** A page is out of date. */
  readonly isStale: boolean;
  /** Whether there is a page behind the last one. */
  readonly hasNextPage: boolean;
  /** Asks for that. */
  readonly fetchNextPage: () => void;
  /** Fetches all pages anew. */
  readonly refetch: () => void;
}

/**
 * Pages of a list, each of which is an entry of its own, and is invalidated and fetched alone. The key of a page may depend on
 * the page before.
 *
 * ```tsx
 * const { pages, fetchNextPage, hasNextPage } = useInfiniteQuery<Page>((index, previous) =>
 *   previous ? previous.next && `/api/posts?after=${previous.next}` : '/api/posts');
 * ```
 *
 * @throws {EverfreshError} `config-invalid`, while it renders
 */
export function useInfiniteQuery<T = unknown>(
  keyOfPage: KeyOfPage<T>,
  { initialSize = 1, ...options }: InfiniteOptions<T> = {},
): InfiniteResult<T> {
  const root = useRoot();
  const fetcher = useLatest(options.fetcher);
  // Another first page is another list, which begins at its beginning.
  const id = identify(root.cache, keyOfPage(0, undefined), options);
  const { pages, rendered } = useMade(root, id, () => {
    const given = { ...options, ...(options.fetcher && { fetcher }) };
    return {
      pages: pagesOf<T>(root, given, initialSize),
      rendered: pagesOf<T>({ ...root, cache: undefined }, given, initialSize),
    };
  });
  useEffect(() => pages.follow());
  return useSyncExternalStore(
    pages.subscribe,
    () => pages.read(keyOfPage),
    () => rendered.read(keyOfPage),
  );
}
