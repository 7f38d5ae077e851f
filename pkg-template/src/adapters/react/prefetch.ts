import type { RefCallback } from 'react';
import type {
  BatchItem,
  BatchOptions,
  HoverOptions,
  IdleOptions,
  PrefetchResult,
  VisibleOptions,
} from '../../prefetching.js';
import type { Cache } from '../../types.js';
import { type Root, useRoot, whenReady } from './context.js';
import { useEffect, useMemo } from './react.js';

/** What {@link usePrefetch} gives. Nothing of it is rejected; what has begun ends when the component goes. */
export interface Prefetch {
  /** The pointer has come: prefetches unless it goes within a moment. */
  readonly prefetchOnHover: (url: string | URL, options?: HoverOptions) => void;
  /** The pointer has gone. */
  readonly cancelHoverPrefetch: (url: string | URL) => void;
  /** For the `ref` of an element: prefetches once it comes into view. */
  readonly prefetchOnVisible: (url: string | URL, options?: VisibleOptions) => RefCallback<Element>;
  /** Prefetches one URL after the other while the browser is idle. */
  readonly prefetchOnIdle: (
    url: string | URL | readonly (string | URL)[],
    options?: IdleOptions,
  ) => void;
  /** Prefetches a list; what came of each. */
  readonly prefetchBatch: (
    items: readonly (string | URL | BatchItem)[],
    options?: BatchOptions,
  ) => Promise<PrefetchResult[]>;
}

/**
 * Asks for what the user may want next.
 *
 * ```tsx
 * const { prefetchOnHover, cancelHoverPrefetch, prefetchOnVisible } = usePrefetch();
 * <a onMouseEnter={() => prefetchOnHover(url)} onMouseLeave={() => cancelHoverPrefetch(url)}>Edit</a>
 * <article ref={prefetchOnVisible(url, { dwell: 300 })} />
 * ```
 */
export function usePrefetch(): Prefetch {
  const root = useRoot();
  const { end, ...prefetch } = useMemo(() => prefetching(root), [root]);
  useEffect(() => () => end(), [end]);
  return prefetch;
}

function prefetching(root: Root): Prefetch & { end(): void } {
  /** What ends what was begun, by name. */
  const begun = new Map<string, () => void>();
  /** A `ref` that is another function at each render would begin anew each time. */
  const refs = new Map<string, RefCallback<Element>>();
  const end = (name: string) => {
    begun.get(name)?.();
    begun.delete(name);
  };
  const begin = (name: string, work: (cache: Cache) => () => void) => {
    end(name);
    const its = () => {};
    begun.set(name, its);
    whenReady(root, (cache) => {
      // Unless it was ended, or begun anew, before the cache was there.
      if (begun.get(name) === its) {
        begun.set(name, work(cache));
      }
    });
  };
  return {
    prefetchOnHover: (url, options) =>
      begin(`hover ${url}`, (cache) => cache.prefetchOnHover(url, options)),
    cancelHoverPrefetch: (url) => end(`hover ${url}`),
    prefetchOnVisible(url, options) {
      const name = `visible ${url} ${JSON.stringify(options)}`;
      const ref =
        refs.get(name) ??
        ((element: Element | null) =>
          element
            ? begin(name, (cache) => cache.prefetchOnVisible(element, url, options))
            : end(name));
      refs.set(name, ref);
      return ref;
    },
    prefetchOnIdle: (url, options) =>
      begin(`idle ${url}`, (cache) => cache.prefetchOnIdle(url, options)),
    prefetchBatch: async (items, options) =>
      (root.cache ?? (await root.ready)).prefetchBatch(items, options),
    end() {
      for (const name of [...begun.keys()]) {
        // A `ref` hears by itself when its element goes.
        if (!refs.has(name)) end(name);
      }
    },
  };
}
