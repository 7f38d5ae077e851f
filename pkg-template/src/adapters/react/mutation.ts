import type { MutateOptions, MutationRequest, OptimisticChange } from '../../mutation.js';
import type { QueryKey } from '../../query.js';
import { useRoot } from './context.js';
import { useLatest } from './memory.js';
import { useCallback, useState } from './react.js';

/** Something, or a function of the variables that makes it. */
type Made<T, TVariables> = T | ((variables: TVariables) => T);

/** What is told of one call of {@link OptimisticMutation.mutate}. */
export type MutationCallbacks<TData, TVariables> = Pick<
  MutateOptions<TData, TVariables>,
  'onSuccess' | 'onError' | 'onSettled'
>;

/** Options of {@link useOptimisticMutation}: those of `Cache.mutate`, where what depends on the variables may be a function of them. */
export interface OptimisticMutationOptions<TData = unknown, TVariables = unknown>
  extends Omit<
    MutateOptions<TData, TVariables>,
    'request' | 'variables' | 'optimistic' | 'invalidates' | 'scope' | 'tempId' | 'signal'
  > {
  /** What is sent; or `mutationFn` does it. */
  request?: Made<MutationRequest, TVariables>;
  /**
   * The change of `cacheKey` that is shown at once: a named operation, or a function, which must not change what it is
   * given.
   */
  optimisticUpdate?: OptimisticChange<TVariables>['update'];
  /** The key whose data `optimisticUpdate` changes. */
  cacheKey?: QueryKey | ((variables: TVariables) => QueryKey);
  /** The answer is the data of `cacheKey` (`true`), or this makes it of both. */
  adopt?: OptimisticChange<TVariables, TData>['adopt'];
  /** Changes of any number of keys. */
  optimistic?: Made<
    OptimisticChange<TVariables, TData> | OptimisticChange<TVariables, TData>[],
    TVariables
  >;
  invalidates?: Made<string | string[], TVariables>;
  scope?: Made<{ id: string }, TVariables>;
  tempId?: Made<string, TVariables>;
}

/** What {@link useOptimisticMutation} gives. */
export interface OptimisticMutation<TData = unknown, TVariables = unknown> {
  /** Begins one; what becomes of it is in the other members, and told to the callbacks. */
  readonly mutate: (...args: Arguments<TData, TVariables>) => void;
  /** As `mutate`; the promise is that of `Cache.mutate`. */
  readonly mutateAsync: (...args: Arguments<TData, TVariables>) => Promise<TData>;
  /** That of the last call, as all that follows. */
  readonly status: 'idle' | 'pending' | 'success' | 'error';
  /** It is not answered yet. */
  readonly isLoading: boolean;
  readonly data: TData | undefined;
  readonly error: unknown;
  readonly variables: TVariables | undefined;
  /** Forgets the last call, which goes on. */
  readonly reset: () => void;
}

/** Variables may be left out where nothing is a value of theirs. */
type Arguments<TData, TVariables> = undefined extends TVariables
  ? [variables?: TVariables, callbacks?: MutationCallbacks<TData, TVariables>]
  : [variables: TVariables, callbacks?: MutationCallbacks<TData, TVariables>];

/**
 * Writes something, and shows it at once. It is done, and its callbacks are called, also when the component has gone.
 *
 * ```tsx
 * const { mutate, isLoading } = useOptimisticMutation({
 *   mutationFn: async (id: number) => {
 *     const response = await fetch(`/api/posts/${id}/like`, { method: 'POST' });
 *     return { data: await response.json(), headers: response.headers };
 *   },
 *   optimisticUpdate: createOptimisticIncrement('likeCount', 1),
 *   cacheKey: (id) => `/api/posts/${id}`,
 * });
 * ```
 */
export function useOptimisticMutation<TData = unknown, TVariables = unknown>(
  options: OptimisticMutationOptions<TData, TVariables>,
): OptimisticMutation<TData, TVariables> {
  const { cache, ready } = useRoot();
  const resolved = useLatest(
    (variables: TVariables, callbacks?: MutationCallbacks<TData, TVariables>) =>
      resolve(options, variables, callbacks),
  );
  const [last, setLast] = useState<Last<TData, TVariables>>(IDLE);
  const mutateAsync = useCallback(
    async (...[given, callbacks]: Arguments<TData, TVariables>): Promise<TData> => {
      const variables = given as TVariables;
      const call = { variables, status: 'pending' } as Last<TData, TVariables>;
      setLast(call);
      /** Only the last call is shown. */
      const end = (outcome: Partial<Last<TData, TVariables>>) =>
        setLast((shown) => (shown === call ? { ...call, ...outcome } : shown));
      try {
        // In this task where that can be, so that what is shown is shown at once.
        const data = await (cache ?? (await ready)).mutate(resolved(variables, callbacks));
        end({ status: 'success', data });
        return data;
      } catch (error) {
        end({ status: 'error', error });
        throw error;
      }
    },
    [cache, ready, resolved],
  );
  const mutate = useCallback(
    (...args: Arguments<TData, TVariables>) => {
      mutateAsync(...args).catch(() => {});
    },
    [mutateAsync],
  );
  const reset = useCallback(() => setLast(IDLE), []);
  return { ...last, mutate, mutateAsync, reset, isLoading: last.status === 'pending' };
}

/** The last call. */
type Last<TData, TVariables> = Pick<
  OptimisticMutation<TData, TVariables>,
  'status' | 'data' | 'error' | 'variables'
>;

const IDLE = { status: 'idle' } as Last<never, never>;

/** The options of one call. */
function resolve<TData, TVariables>(
  {
    request,
    optimistic,
    invalidates,
    scope,
    tempId,
    optimisticUpdate: update,
    cacheKey,
    adopt,
    ...options
  }: OptimisticMutationOptions<TData, TVariables>,
  variables: TVariables,
  callbacks: MutationCallbacks<TData, TVariables> = {},
): MutateOptions<TData, TVariables> {
  const made = <T>(value: Made<T, TVariables> | undefined): T | undefined =>
    typeof value === 'function' ? (value as (variables: TVariables) => T)(variables) : value;
  const key = made(cacheKey);
  const changes = [made(optimistic) ?? []].flat();
  if (key !== undefined && update) {
    changes.push({ key, update, adopt } as OptimisticChange<TVariables, TData>);
  }
  const complete = {
    ...options,
    request: made(request),
    invalidates: made(invalidates),
    scope: made(scope),
    tempId: made(tempId),
    variables,
    optimistic: changes,
  } as MutateOptions<TData, TVariables>;
  for (const name of ['onSuccess', 'onError', 'onSettled'] as const) {
    complete[name] = (...args: unknown[]) => {
      for (const one of [options, callbacks]) {
        (one[name] as ((...args: unknown[]) => void) | undefined)?.(...args);
      }
    };
  }
  return complete;
}
