import type { CacheMetrics } from '../../types.js';
import { useRoot } from './context.js';
import { useCallback, useMemo, useSyncExternalStore } from './react.js';

/** Options of {@link useCacheMetrics}. */
export interface CacheMetricsOptions {
  /** Milliseconds between two looks; 1,000 if left out. */
  interval?: number;
}

/**
 * How often what happened in this tab; `undefined` while there is no cache. The component renders when a number has
 * changed.
 *
 * ```tsx
 * const metrics = useCacheMetrics();
 * const hits = metrics && metrics.memoryHits + metrics.storageHits;
 * ```
 */
export function useCacheMetrics({
  interval = 1_000,
}: CacheMetricsOptions = {}): CacheMetrics | undefined {
  const { cache } = useRoot();
  const subscribe = useCallback(
    (listener: () => void) => {
      const timer = setInterval(listener, interval);
      return () => clearInterval(timer);
    },
    [interval],
  );
  // As text, equal numbers are the same snapshot.
  const read = () => JSON.stringify(cache?.metrics());
  const text = useSyncExternalStore(subscribe, read, () => undefined);
  return useMemo(() => text && JSON.parse(text), [text]);
}
