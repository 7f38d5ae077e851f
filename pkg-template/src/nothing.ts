import type { CacheMetrics, Mutations } from './types.js';

/** Where nothing could be loaded, {@link Cache.mutate} fails, and so nothing is ever pending. */
export const NONE: Mutations = {
  list: [],
  isPending: false,
  subscribe: () => () => {},
  retry() {},
  discard() {},
};

/** What is counted where there is nothing to count. */
export const NOTHING_COUNTED: CacheMetrics = {
  memoryHits: 0,
  storageHits: 0,
  staleHits: 0,
  misses: 0,
  joined: 0,
  stores: 0,
  lateFills: 0,
  revalidations: 0,
  invalidations: 0,
  invalidated: 0,
  evictions: 0,
  mutationsDone: 0,
  mutationsFailed: 0,
  problems: 0,
};
