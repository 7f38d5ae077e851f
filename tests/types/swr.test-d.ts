// What SWR is given fits, and callbacks know what they are given.
import { expectTypeOf } from 'expect-type';
import { type Arguments, SWRConfig } from 'swr';
import { type SwrConfig, swrConfig } from '../../pkg-template/src/adapters/swr/index.js';
import type { Cache } from '../../pkg-template/src/index.js';

declare const cache: Cache;

const value = swrConfig({
  cache,
  persist: (key) => {
    expectTypeOf(key).toEqualTypeOf<Arguments>();
    return key !== '/api/secret';
  },
  tags: (key) => [`${key}`],
});
expectTypeOf(value).toEqualTypeOf<SwrConfig>();
SWRConfig({ value });
// @ts-expect-error: there is no cache
swrConfig({ persist: true });
