/**
 * everfresh for applications that use TanStack Query 5: what a write touches is invalidated in their `QueryClient`, in
 * every tab, and what was fetched may survive a reload.
 *
 * @module
 */
export type {
  QueryClientLike,
  QueryInfo,
  QueryLike,
} from './client.js';
export { type ConnectOptions, connectQueryClient } from './connect.js';
