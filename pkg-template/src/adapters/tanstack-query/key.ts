import type { QueryLike } from './client.js';

/** `cache.invalidateKey(['tanstack', …])` names them by the beginnings of their query keys. */
const NAME = 'tanstack';

/** The key of a query's data: that of the query as TanStack hashes it, which is JSON unless the application says otherwise. */
export function keyOf({ queryHash }: QueryLike): unknown[] {
  try {
    return [NAME, ...JSON.parse(queryHash)];
  } catch {
    return [NAME, queryHash];
  }
}
