/**
 * everfresh for React, 18 and later: hooks that subscribe to a cache and read what it shows.
 *
 * ```tsx
 * const cache = install({ rules: [{ match: '/api/*', staleTime: 30_000 }] });
 *
 * <CacheProvider cache={cache}>
 *   <Stories />
 * </CacheProvider>;
 *
 * function Stories() {
 *   const { data, isLoading, error } = useQuery<Story[]>('/api/stories');
 *   …
 * }
 * ```
 *
 * @module
 */
export { CacheProvider, type CacheProviderProps, useCache } from './context.js';
export { type DehydratedQuery, type DehydratedState, dehydrate, hydrate } from './hydration.js';
export { type InfiniteOptions, type InfiniteResult, useInfiniteQuery } from './infinite.js';
export { type CacheInvalidation, useCacheInvalidation } from './invalidation.js';
export { PrefetchLink, type PrefetchLinkProps } from './link.js';
export { type CacheMetricsOptions, useCacheMetrics } from './metrics.js';
export {
  type MutationCallbacks,
  type OptimisticMutation,
  type OptimisticMutationOptions,
  useOptimisticMutation,
} from './mutation.js';
export { type PendingMutations, usePendingMutations } from './pending.js';
export { type Prefetch, usePrefetch } from './prefetch.js';
export { type UseQueryOptions, useQuery } from './query.js';
export { type SmartPrefetch, type SmartPrefetchOptions, useSmartPrefetcher } from './smart.js';
export { type SuspenseQueryResult, useSuspenseQuery } from './suspense.js';
