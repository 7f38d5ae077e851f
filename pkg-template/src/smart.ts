import type {
  Cache,
  Explanation,
  Prediction,
  PrefetchResult,
  SmartPrefetcherOptions,
} from './types.js';

/**
 * Learns which page comes after which, for whoever is signed in, and prefetches what is likely enough to come next.
 *
 * ```ts
 * const smart = new SmartPrefetcher(cache, { urls: (page) => [page.replace('/stories/', '/api/stories/')] });
 * smart.navigate(location.href); // at the start, and whenever the page changes
 * ```
 */
export class SmartPrefetcher {
  readonly #cache: Cache;
  readonly #options: SmartPrefetcherOptions;

  constructor(cache: Cache, options: SmartPrefetcherOptions = {}) {
    this.#cache = cache;
    this.#options = options;
  }

  /** A page was visited. What came of the prefetches that this has led to. */
  navigate(url: string | URL): Promise<PrefetchResult[]> {
    return this.#cache.navigate(url, this.#options);
  }

  /** The pages that are likely to come next, the likeliest first; 5 if left out. */
  predict(most?: number): Prediction[] {
    return this.#cache.predict(most);
  }

  /** Why a page would be prefetched now, or would not; nothing before a page was visited. */
  explain(url: string | URL): Explanation | undefined {
    return this.#cache.explain(url);
  }
}
