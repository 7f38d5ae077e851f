import type { Operation, Path } from './mutation.js';

/** Where in the data an operation works. */
export interface OperationOptions {
  /** Names and positions, or these with dots between; left out, the data itself. */
  path?: Path;
}

/**
 * Puts an item at the end of a list, or with `prepend` at its beginning.
 *
 * ```ts
 * cache.mutate({ request, optimistic: { key: '/api/posts', update: createOptimisticAppend({ id, title }) } });
 * ```
 */
export function createOptimisticAppend(
  item: unknown,
  { prepend, ...options }: OperationOptions & { prepend?: boolean } = {},
): Operation {
  return { op: prepend ? 'prepend' : 'append', item, ...options };
}

/**
 * Sets members of an object.
 *
 * ```ts
 * createOptimisticMerge({ title }, { path: 'post' });
 * ```
 */
export function createOptimisticMerge(
  fields: Record<string, unknown>,
  options?: OperationOptions,
): Operation {
  return { op: 'merge', fields, ...options };
}

/**
 * Adds to a number; an empty path is the data itself.
 *
 * ```ts
 * createOptimisticIncrement('likeCount');
 * createOptimisticIncrement('author.credits', -5);
 * ```
 */
export function createOptimisticIncrement(path: Path, by = 1): Operation {
  return { op: 'increment', by, path };
}

/**
 * Changes each item of a list whose members equal those of `where`: by an operation, or by the members to set.
 *
 * ```ts
 * createOptimisticArrayUpdate({ id: 7 }, createOptimisticIncrement('likes'), { path: 'posts' });
 * createOptimisticArrayUpdate({ id: 7 }, { read: true });
 * ```
 */
export function createOptimisticArrayUpdate(
  where: Record<string, unknown>,
  update: Operation | Record<string, unknown>,
  options?: OperationOptions,
): Operation {
  const operation = isOperation(update) ? update : ({ op: 'merge', fields: update } as const);
  return { op: 'arrayUpdate', where, update: operation, ...options };
}

/** Fields of data may be named `op`, too; those of an operation have its other members beside it. */
function isOperation(update: Operation | Record<string, unknown>): update is Operation {
  const { op } = update;
  return (
    (/^(ap|pre)pend$/.test(`${op}`) && 'item' in update) ||
    (op === 'merge' && 'fields' in update) ||
    op === 'increment' ||
    (/^(arrayUpdate|remove)$/.test(`${op}`) && 'where' in update)
  );
}
