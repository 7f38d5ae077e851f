import { type Arguments, type Middleware, type Cache as SwrCache, unstable_serialize } from 'swr';
import type { Cache } from '../../types.js';
import { Provider } from './provider.js';

/** Options of {@link swrConfig}. */
export interface SwrOptions {
  /** From `install` or `createCache`. Where it could not start, SWR is left alone. */
  cache: Cache;
  /**
   * Which keys' data may be kept in localStorage, so that it is there after a reload; none if left out. It is what JSON makes of
   * it then.
   */
  persist?: boolean | ((key: Arguments) => boolean);
  /**
   * Tags of a key's data, beside those that its requests bring, for fetchers that don't use `fetch`. One that begins with `/` is
   * a path that it is made of; a key that is a path needs none.
   */
  tags?: (key: Arguments) => string[];
}

/** What `SWRConfig` is given. */
export interface SwrConfig {
  provider?: (parent: Readonly<SwrCache>) => SwrCache;
  use?: Middleware[];
}

/**
 * Connects SWR with a cache; made once, not in a component. From then on each key's data has the tags of the requests that its
 * fetcher makes by `fetch` before it first waits. What an answer to a write names, here or in another tab, is fetched anew where
 * a hook shows it, and forgotten where none does; also where it was being fetched at that moment. When somebody else signs in,
 * all is forgotten.
 *
 * @example
 * ```tsx
 * const config = swrConfig({ cache: await install({ scope: { id: user.id } }), persist: true });
 *
 * root.render(<SWRConfig value={config}><App /></SWRConfig>);
 * ```
 */
export function swrConfig({ cache, persist, tags }: SwrOptions): SwrConfig {
  if (cache.failure) {
    return {};
  }
  const provider = new Provider(cache);
  cache.events(({ type }) => {
    if (type === 'scope') {
      provider.forget();
    }
  });

  const middleware: Middleware = (useSWRNext) => (key, fetcher, config) => {
    // Another provider may be in between.
    const isOurs = 'cache' in config && config.cache === provider;
    if (isOurs) {
      provider.attach(config as object);
    }
    const wrapped = (...args: [of: Arguments, ...more: unknown[]]) => {
      const [of] = args;
      // Those of mutations and subscriptions are given more than the key.
      return args.length > 1
        ? fetcher?.(...args)
        : provider.fetch(unstable_serialize(of), listOf(key), () => fetcher?.(of), {
            persist: typeof persist === 'function' ? persist(of) : !!persist,
            tags: tags?.(of) ?? [],
          });
    };
    return useSWRNext(key, isOurs && fetcher ? (wrapped as typeof fetcher) : fetcher, config);
  };
  return { provider: () => provider, use: [middleware] };
}

/** The key of the list that a page is of, where a key of pages was given: as `unstable_serialize` of `swr/infinite` has it. */
function listOf(key: unknown): string | undefined {
  return typeof key === 'function'
    ? `$inf$${unstable_serialize(() => key(0, null) as Arguments)}`
    : undefined;
}
