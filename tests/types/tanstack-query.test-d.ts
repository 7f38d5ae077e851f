// The real client fits, of whatever version of its library, and callbacks know what they are given.
import { QueryClient } from '@tanstack/query-core';
import { expectTypeOf } from 'expect-type';
import {
  type ConnectOptions,
  connectQueryClient,
  type QueryClientLike,
  type QueryInfo,
} from '../../pkg-template/src/adapters/tanstack-query/index.js';
import type { Cache } from '../../pkg-template/src/index.js';

declare const cache: Cache;

expectTypeOf<QueryClient>().toExtend<QueryClientLike>();
const stop = connectQueryClient({
  queryClient: new QueryClient(),
  cache,
  persist: ({ queryKey, meta }) => {
    expectTypeOf(queryKey).toEqualTypeOf<readonly unknown[]>();
    expectTypeOf(meta).toEqualTypeOf<Record<string, unknown> | undefined>();
    return meta !== undefined;
  },
  tags: (query) => {
    expectTypeOf(query).toEqualTypeOf<QueryInfo>();
    return ['user:7'];
  },
});
expectTypeOf(stop).toEqualTypeOf<() => void>();
expectTypeOf<ConnectOptions['predicate']>().toEqualTypeOf<
  ((query: QueryInfo) => boolean) | undefined
>();
// @ts-expect-error: there is no client
connectQueryClient({ cache });
