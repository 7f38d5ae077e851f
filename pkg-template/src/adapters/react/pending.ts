import type { MutationInfo } from '../../mutation.js';
import { useRoot } from './context.js';
import { useMemo, useSyncExternalStore } from './react.js';

/** What {@link usePendingMutations} gives. */
export interface PendingMutations {
  /** Those that are not done, in the order of their submission: of this page, and durable ones of any tab. */
  readonly mutations: readonly MutationInfo[];
  /** Whether there are any but dead letters. */
  readonly isPending: boolean;
  /** Sends a dead letter once more. */
  readonly retry: (id: string) => void;
  /** Gives up one that is not done. */
  readonly discard: (id: string) => void;
}

/**
 * The mutations that are not done.
 *
 * ```tsx
 * const { mutations, isPending, retry } = usePendingMutations();
 * const dead = mutations.filter(({ status }) => status === 'dead');
 * ```
 */
export function usePendingMutations(): PendingMutations {
  const mutations = useRoot().cache?.mutations;
  const store = useMemo(
    () => ({
      subscribe: (listener: () => void) => mutations?.subscribe(listener) ?? (() => {}),
      retry: (id: string) => mutations?.retry(id),
      discard: (id: string) => mutations?.discard(id),
    }),
    [mutations],
  );
  const list = useSyncExternalStore(
    store.subscribe,
    () => mutations?.list ?? NONE,
    () => NONE,
  );
  const { retry, discard } = store;
  return { mutations: list, isPending: !!mutations?.isPending, retry, discard };
}

const NONE: readonly MutationInfo[] = [];
