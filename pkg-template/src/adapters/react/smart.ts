import type {
  Explanation,
  Prediction,
  PrefetchResult,
  SmartPrefetcherOptions,
} from '../../prefetching.js';
import { useRoot } from './context.js';
import { useLatest } from './memory.js';
import { useEffect, useMemo } from './react.js';

/** Options of {@link useSmartPrefetcher}. */
export interface SmartPrefetchOptions extends SmartPrefetcherOptions {
  /** The page that is shown, as the router knows it: each other one is a visit. Left out, `navigate` tells. */
  page?: string;
}

/** What {@link useSmartPrefetcher} gives. */
export interface SmartPrefetch {
  /** A page was visited. What came of the prefetches that this has led to. */
  readonly navigate: (url: string | URL) => Promise<PrefetchResult[]>;
  /** The pages that are likely to come next; none while there is no cache. */
  readonly predict: (most?: number) => Prediction[];
  /** Why a page would be prefetched now, or would not. */
  readonly explain: (url: string | URL) => Explanation | undefined;
}

/**
 * Learns which page comes after which, and prefetches what is likely to come next. Once, near the router.
 *
 * ```tsx
 * const { pathname } = useLocation();
 * useSmartPrefetcher({ page: pathname, urls: (page) => [page.replace('/stories/', '/api/stories/')] });
 * ```
 */
export function useSmartPrefetcher({ page, urls }: SmartPrefetchOptions = {}): SmartPrefetch {
  const { cache, ready } = useRoot();
  const latest = useLatest(urls ?? same);
  const smart = useMemo<SmartPrefetch>(
    () => ({
      navigate: async (url) => (cache ?? (await ready)).navigate(url, { urls: latest }),
      predict: (most) => cache?.predict(most) ?? [],
      explain: (url) => cache?.explain(url),
    }),
    [cache, ready, latest],
  );
  useEffect(() => {
    // The same page twice is one visit.
    if (page !== undefined && cache) {
      smart.navigate(page).catch(() => {});
    }
  }, [page, cache, smart]);
  return smart;
}

/** A page is all that it needs. */
function same(page: string): readonly string[] {
  return [page];
}
