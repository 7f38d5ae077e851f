import type { Observer, QueryKey, QueryState, SubscribeOptions } from '../../query.js';
import type { Root } from './context.js';
import type { InfiniteResult } from './infinite.js';
import { identify, isKey, type MaybeKey, observe, waiting } from './query.js';

/** The key of a page, given its number, from 0, and the page before; nothing where there is no such page. */
export type KeyOfPage<T> = (index: number, previous: T | undefined) => MaybeKey;

/** Pages of a list, as one store. */
export interface Pages<T> {
  /** What is shown of the pages; the same object until something has changed. */
  read(keyOfPage: KeyOfPage<T>): InfiniteResult<T>;
  subscribe(listener: () => void): () => void;
  /** Watches the pages that were read last, and no others, while somebody listens. */
  follow(): void;
}

/** Makes such a store, of so many pages at first. */
export function pagesOf<T>(
  root: Root,
  options: Omit<SubscribeOptions<T>, 'signal'>,
  initialSize: number,
): Pages<T> {
  let size = initialSize;
  const list: { id: string; observer: Observer<T> }[] = [];
  const watched = new Map<Observer<T>, () => void>();
  let listener: (() => void) | undefined;
  let shown: InfiniteResult<T> | undefined;

  const pageOf = (index: number, key: QueryKey): Observer<T> => {
    const id = identify(root.cache, key, {});
    const known = list[index];
    if (known?.id === id) {
      return known.observer;
    }
    const observer = observe(root, key, options) ?? waiting<T>(root, key, options.enabled);
    list.splice(index, list.length, { id, observer });
    return observer;
  };

  const follow = () => {
    const wanted = new Set(listener ? list.map(({ observer }) => observer) : []);
    for (const observer of wanted) {
      if (!watched.has(observer)) {
        watched.set(
          observer,
          observer.subscribe(() => listener?.()),
        );
      }
    }
    for (const [observer, stop] of watched) {
      if (!wanted.has(observer)) {
        stop();
        watched.delete(observer);
      }
    }
  };

  const fetchNextPage = () => {
    if (shown?.hasNextPage) {
      size += 1;
      listener?.();
    }
  };
  const refetch = () => {
    for (const { observer } of list) observer.state.refetch();
  };

  return {
    follow,
    read(keyOfPage) {
      const states: QueryState<T>[] = [];
      const pages: T[] = [];
      // The key of a page needs the page before.
      while (states.length < size && pages.length === states.length) {
        const key = keyOfPage(pages.length, pages.at(-1));
        if (!isKey(key)) {
          break;
        }
        const { state } = pageOf(pages.length, key);
        states.push(state);
        if (state.data !== undefined) {
          pages.push(state.data);
        }
      }
      list.length = states.length;
      const some = (flag: 'isLoading' | 'isFetching' | 'isStale') =>
        states.some((state) => state[flag]);
      const next = {
        pages,
        error: states.find(({ error }) => error !== undefined)?.error,
        isLoading: !pages.length && some('isLoading'),
        isFetching: some('isFetching'),
        isFetchingNextPage: pages.length > 0 && some('isLoading'),
        isStale: some('isStale'),
        hasNextPage: pages.length === size && isKey(keyOfPage(size, pages.at(-1))),
        fetchNextPage,
        refetch,
      };
      if (!shown || !isSame(shown, next)) {
        shown = next;
      }
      return shown;
    },
    subscribe(given) {
      listener = given;
      follow();
      return () => {
        listener = undefined;
        follow();
      };
    },
  };
}

function isSame<T>(before: InfiniteResult<T>, now: InfiniteResult<T>): boolean {
  const parts = ({ pages, ...flags }: InfiniteResult<T>) => [...pages, ...Object.values(flags)];
  const known = parts(before);
  const found = parts(now);
  return known.length === found.length && known.every((part, at) => part === found[at]);
}
