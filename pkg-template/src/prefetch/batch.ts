import type { BatchItem, BatchOptions, PrefetchResult } from '../prefetching.js';
import type { Prefetch } from './element.js';

/** What the priority of an item is added to. */
const BASE = 100;
const SPAN = 50;

/** Prefetches a list, the highest priority first; what came of each is given in the order of the items. */
export async function batch(
  prefetch: Prefetch,
  items: readonly (string | URL | BatchItem)[],
  { concurrency = 3, signal }: BatchOptions = {},
): Promise<PrefetchResult[]> {
  const results: PrefetchResult[] = [];
  const queue = items
    .map((item, at) => {
      const { url, priority = 0 } =
        typeof item === 'string' || item instanceof URL ? { url: item } : item;
      return { at, url, priority: Math.min(SPAN, Math.max(-SPAN, priority)) };
    })
    .sort((one, other) => other.priority - one.priority)
    .values();
  const work = async () => {
    for (const { at, url, priority } of queue) {
      results[at] = await prefetch(url, { trigger: 'batch', priority: BASE + priority, signal });
    }
  };
  const count = concurrency >= 1 ? Math.min(concurrency, items.length) : 1;
  await Promise.all(Array.from({ length: count }, work));
  return results;
}
