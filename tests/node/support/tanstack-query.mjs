// TanStack Query's client with a cache beneath it.
import { QueryClient, QueryObserver } from '@tanstack/query-core';
import { PATH, read, turn, withCache } from './adapter.mjs';

/** @typedef {import('../../../pkg-template/dist/slim.js').Cache} Cache */
/** @typedef {typeof import('../../../pkg-template/dist/adapters/tanstack-query/index.js')} Adapter */
/** @typedef {import('../../../pkg-template/dist/adapters/tanstack-query/index.js').ConnectOptions} ConnectOptions */

/** The adapter. @type {Adapter} */
export const adapter = await import(
  `${new URL('../../../pkg-template/dist/', import.meta.url)}tanstack-query.js`
);

export const KEY = ['user', 7];

/**
 * A test with a client whose data is fresh for ever.
 *
 * @param {string} name
 * @param {(queryClient: QueryClient, cache: Cache, tab: { stop: () => void, other: Cache }) => Promise<void>} work
 * @param {Partial<ConnectOptions>} [options]
 */
export function scenario(name, work, options) {
  withCache(name, async (cache, other) => {
    const queryClient = client();
    const stop = adapter.connectQueryClient({ queryClient, cache, ...options });
    queryClient.mount();
    try {
      await work(queryClient, cache, { stop, other });
    } finally {
      queryClient.unmount();
      queryClient.clear();
      stop();
    }
  });
}

export function client() {
  return new QueryClient({
    defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, retry: false } },
  });
}

/** @param {Partial<import('@tanstack/query-core').QueryObserverOptions>} [options] */
export const query = (options) => ({ queryKey: KEY, queryFn: () => read(PATH), ...options });

/**
 * Somebody who uses a query, until the test is over.
 *
 * @param {QueryClient} queryClient
 * @param {Partial<import('@tanstack/query-core').QueryObserverOptions>} [options]
 */
export function use(queryClient, options) {
  /** @type {QueryObserver<any>} */
  const observer = new QueryObserver(queryClient, query(options));
  const leave = observer.subscribe(() => {});
  return {
    leave,
    observer,
    get result() {
      return observer.getCurrentResult();
    },
    /** @param {(result: import('@tanstack/query-core').QueryObserverResult<any>) => boolean} holds */
    async until(holds) {
      while (!holds(this.result)) await turn();
    },
    /** @param {unknown} data */
    shows(data) {
      return this.until((result) => result.data === data && result.fetchStatus === 'idle');
    },
  };
}
