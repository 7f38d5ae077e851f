import type { ReactNode } from 'react';
import type { Cache } from '../../types.js';
import { type DehydratedState, type Hydration, hydrate, hydrationOf } from './hydration.js';
import { createContext, createElement, useContext, useEffect, useMemo, useState } from './react.js';

/** Properties of {@link CacheProvider}. */
export interface CacheProviderProps {
  /**
   * The cache of all components below, or the promise of it that `install` and `createCache` give: until it is kept,
   * queries load and what is done waits. Made once, outside of components. On a server it may be left out.
   */
  cache: Cache | Promise<Cache> | undefined;
  /** What a server has rendered with: see `dehydrate`. */
  state?: DehydratedState | undefined;
  children?: ReactNode;
}

/** What components below a provider share. */
export interface Root {
  /** `undefined` while it is not there yet, and on a server. */
  cache: Cache | undefined;
  /** Never kept on a server. */
  ready: Promise<Cache>;
  hydration: Hydration;
}

/** How the promise of a cache ended. */
interface Settled {
  promise: unknown;
  cache?: Cache;
  error?: unknown;
}

const Context = createContext<Root | undefined>(undefined);

/**
 * Gives a cache to all components below.
 *
 * @throws what the promise of the cache is rejected with, for an error boundary
 */
export function CacheProvider({ cache: given, state, children }: CacheProviderProps): ReactNode {
  const [settled, settle] = useState<Settled>();
  useEffect(() => {
    if (isPromise(given)) {
      given.then(
        (cache) => settle({ promise: given, cache }),
        (error) => settle({ promise: given, error }),
      );
    }
  }, [given]);
  const known = settled?.promise === given ? settled : undefined;
  if (known && !known.cache) {
    throw known.error;
  }
  const found = isPromise(given) ? known?.cache : given;
  // On a server there is none that can be asked.
  const cache = found?.failure?.code === 'no-page' ? undefined : found;
  const root = useMemo(() => {
    // Before any component asks for what the server has sent along.
    if (cache && state) {
      hydrate(cache, state);
    }
    const ready = given ? Promise.resolve(given) : new Promise<Cache>(() => {});
    return { cache, ready, hydration: hydrationOf(state) };
  }, [cache, given, state]);
  return createElement(Context.Provider, { value: root }, children);
}

/**
 * The cache of the provider above; `undefined` while its promise is not kept yet, and on a server.
 *
 * @throws {Error} where there is no {@link CacheProvider}
 */
export function useCache(): Cache | undefined {
  return useRoot().cache;
}

export function useRoot(): Root {
  const root = useContext(Context);
  if (!root) {
    throw new Error('everfresh: no <CacheProvider> around');
  }
  return root;
}

/** Does something with the cache: at once where it is there, and otherwise when it is. */
export function whenReady({ cache, ready }: Root, work: (cache: Cache) => void): void {
  if (cache) {
    work(cache);
  } else {
    // Whoever made the cache hears why it could not be.
    ready.then(work, () => {});
  }
}

function isPromise(given: unknown): given is Promise<Cache> {
  return given instanceof Promise;
}
