import type { State, Cache as SwrCache } from 'swr';
import type { Cache, Subscription } from '../../types.js';

/** What SWR's hooks can do with a provider, and what of it is not in its types. */
export interface Controls {
  mutate(key: string, ...data: undefined[]): Promise<unknown>;
  /** Since SWR 2.5. */
  unload(): void;
}

/** The data of a key as it is kept. */
interface Kept {
  data: unknown;
}

/** A call of a fetcher that is not over. */
interface Run {
  /** What it will bring has been invalidated since. */
  late: boolean;
}

/** The states of SWR's keys; each is watched in the cache from its first use on. */
export class Provider implements SwrCache {
  readonly #cache;
  #controls: Partial<Controls> = {};
  readonly #states = new Map<string, State>();
  readonly #watches = new Map<string, Subscription<Kept>>();
  readonly #runs = new Map<string, Set<Run>>();
  /** What a key's fetcher gave last: other data is the application's own. */
  readonly #fetched = new Map<string, unknown>();
  /** The lists that a page is in. */
  readonly #lists = new Map<string, Set<string>>();
  /** What hooks are to ask for at the end of this task. */
  readonly #outdated = new Set<string>();

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  keys(): IterableIterator<string> {
    return this.#states.keys();
  }

  get(key: string): State | undefined {
    if (!this.#watches.has(key) && !isOfSwr(key)) {
      this.#watch(key);
    }
    return this.#states.get(key);
  }

  set(key: string, state: State): void {
    const isNew = state.data !== this.#states.get(key)?.data;
    this.#states.set(key, state);
    // What the application has set must not come back as it was.
    if (isNew && state.data !== this.#fetched.get(key)) {
      this.#cache.remove(keyOf(key));
    }
  }

  delete(key: string): void {
    this.#watches.get(key)?.unsubscribe();
    for (const map of [this.#watches, this.#states, this.#fetched, this.#lists]) {
      map.delete(key);
    }
    this.#cache.remove(keyOf(key));
  }

  /** A hook says what it can do. */
  attach(controls: Partial<Controls>): void {
    this.#controls = controls;
  }

  /** Calls a fetcher, again for as long as writes meet it. */
  async fetch(
    key: string,
    list: string | undefined,
    fetcher: () => unknown,
    options: { persist: boolean; tags: string[] },
  ): Promise<unknown> {
    if (list !== undefined && this.#states.has(list)) {
      add(this.#lists, key, list);
    }
    const run: Run = { late: false };
    const runs = add(this.#runs, key, run);
    try {
      let kept: Kept;
      do {
        run.late = false;
        kept = await this.#cache.query<Kept>(keyOf(key), {
          ...termsOf(key, options.tags),
          persist: options.persist,
          fetcher: async () => ({ data: await fetcher() }),
          // It is SWR that says when, and how often.
          init: { cache: 'reload' },
          retry: 0,
        });
      } while (run.late);
      this.#fetched.set(key, kept.data);
      return kept.data;
    } finally {
      runs.delete(run);
    }
  }

  /** Somebody else has signed in. */
  forget(): void {
    const keys = [...this.keys()];
    try {
      (this.#controls as Controls).unload();
    } catch {
      // No hook is there, or SWR is one that can't: then each key is emptied, pages before the lists that are made of them.
      for (const key of [...keys.filter((key) => !isOfSwr(key)), ...keys.filter(isOfSwr)]) {
        this.#revalidate(key, undefined);
        if (this.#states.get(key)?.data !== undefined) {
          this.delete(key);
        }
      }
    }
  }

  #watch(key: string): void {
    const watch = this.#cache.subscribe<Kept>(keyOf(key), () => {}, {
      ...termsOf(key, []),
      enabled: false,
      onInvalidate: () => this.#outdate(key),
    });
    this.#watches.set(key, watch);
    const { data: kept, isStale } = watch.state;
    // SWR has no word for data that is out of date.
    if (kept && !isStale) {
      this.#states.set(key, { data: kept.data });
    }
  }

  #outdate(key: string): void {
    const runs = this.#runs.get(key);
    if (runs?.size) {
      for (const run of runs) {
        run.late = true;
      }
      return;
    }
    const lists = this.#lists.get(key);
    if (lists) {
      // A list fetches the pages that it does not find.
      this.#states.delete(key);
    }
    for (const one of lists ?? [key]) {
      this.#outdated.add(one);
    }
    // All at once, since one write may touch several pages of a list.
    queueMicrotask(() => this.#refresh());
  }

  #refresh(): void {
    for (const key of this.#outdated) {
      this.#revalidate(key);
      // No hook shows it: one that did would take it for fresh.
      if (!this.#states.get(key)?.isValidating) {
        this.#states.delete(key);
      }
    }
    this.#outdated.clear();
  }

  /** Has the hooks of a key ask for it. */
  #revalidate(key: string, ...data: undefined[]): void {
    // Where SWR has no hooks any more it rejects.
    this.#controls.mutate?.(key, ...data).catch(() => {});
  }
}

/** The key in the cache: SWR's own, as `unstable_serialize` writes it. */
function keyOf(key: string): string[] {
  return ['swr', key];
}

function termsOf(key: string, tags: string[]) {
  // A key that is a path is what its data is made of, however it is fetched.
  const own = /^\/(?!\/)/.test(key) ? [key] : [];
  return { staleTime: Number.POSITIVE_INFINITY, tags: [...own, ...tags] };
}

/** A key that SWR has made itself, of other keys or for a subscription. */
function isOfSwr(key: string): boolean {
  return /^\$(inf|sub)\$/.test(key);
}

function add<T>(map: Map<string, Set<T>>, key: string, value: T): Set<T> {
  const set = map.get(key) ?? new Set();
  map.set(key, set.add(value));
  return set;
}
