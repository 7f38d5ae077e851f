import type { Cache } from '../../types.js';
import { useRoot, whenReady } from './context.js';
import { useMemo } from './react.js';

const NAMES = ['invalidate', 'invalidateTags', 'invalidateKey', 'remove', 'clear'] as const;

/** What {@link useCacheInvalidation} gives: methods of the cache, which wait until it is there. */
export type CacheInvalidation = Pick<Cache, (typeof NAMES)[number]>;

/**
 * Invalidates by hand, where no header and no entity map does.
 *
 * ```tsx
 * const { invalidateTags } = useCacheInvalidation();
 * socket.onmessage = ({ data }) => invalidateTags(`story:${data}`);
 * ```
 */
export function useCacheInvalidation(): CacheInvalidation {
  const root = useRoot();
  return useMemo(() => {
    const later =
      (name: (typeof NAMES)[number]) =>
      (...args: unknown[]) =>
        whenReady(root, (cache) => (cache[name] as (...args: unknown[]) => void)(...args));
    return Object.fromEntries(NAMES.map((name) => [name, later(name)])) as CacheInvalidation;
  }, [root]);
}
