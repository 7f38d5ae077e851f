// The package without its wasm: there is no cache, and what is asked of it does no harm.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { install } from '../../pkg-template/dist/slim.js';

const native = globalThis.fetch;
Object.assign(globalThis, { origin: 'https://a.test', location: new URL('https://a.test/') });
after(() => Object.assign(globalThis, { fetch: native }));

test('P7: without the wasm, every prefetch is off', async () => {
  const cache = await install();
  assert.equal(cache.failure?.code, 'wasm-unavailable');
  const off = { status: 'skipped', reason: 'off' };
  assert.deepEqual(await cache.prefetch('/a'), { url: '/a', ...off });
  assert.deepEqual(await cache.prefetchBatch(['/a', { url: new URL('https://a.test/b') }]), [
    { url: '/a', ...off },
    { url: 'https://a.test/b', ...off },
  ]);
  assert.deepEqual(cache.prefetchStats(), {});
  cache.prefetchElements()();
  cache.prefetchOnIdle('/a')();
});
