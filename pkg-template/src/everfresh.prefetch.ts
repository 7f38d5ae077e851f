/** What is loaded when a page first wants to prefetch. */
import type { Host } from '../../src/host/host.js';
import { Prefetches } from '../../src/host/prefetch.js';
import type { Prefetch } from './prefetch/element.js';
import { Triggers } from './prefetch/index.js';

export { Triggers };

/** The triggers of a host's cache. */
export function triggersOf(host: Host): Triggers {
  const prefetches = host.prefetches(Prefetches);
  return new Triggers(
    ((url, options = {}) => prefetches.prefetch(url, options)) as Prefetch,
    (url) => prefetches.navigate(url),
  );
}
