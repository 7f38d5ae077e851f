// What the package makes of options before the wasm sees them, and what the wasm says of them.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, test } from 'node:test';
import { createCache, EverfreshError, initialize } from '../../pkg-template/dist/slim.js';

const wasm = new URL('../../pkg-template/dist/everfresh.wasm', import.meta.url);

// Where there is no page there is no cache either.
Object.assign(globalThis, { location: new URL('https://a.test/') });
before(async () => initialize(await readFile(wasm)));

/** @type {any} */
const cycle = {};
cycle.rules = [cycle];

for (const [name, options, message] of /** @type {const} */ ([
  ['a function', { rules: [{ match: () => '/a' }] }, /^match: must be plain data$/],
  ['a map', { entities: new Map() }, /^entities: must be plain data$/],
  ['what is no number', { maxAge: Number.NaN }, /^maxAge: must be plain data$/],
  ['a big integer', { maxAge: 1n }, /^maxAge: must be plain data$/],
  ['a cycle', cycle, /^options: must be plain data \(/],
  ['a wrong type', { scope: 'me' }, /^scope: must be an object$/],
  ['a scope of nobody', { scope: { id: '' } }, /^scope\.id: must be a text that is not empty$/],
  ['a mistake in a rule', { rules: [{ match: '/a', staleTime: -1 }] }, /^rules\[0\]\.staleTime: /],
  [
    'a share that is a little too large',
    { prefetch: { thresholds: { '4g': 1.5 } } },
    /^prefetch\.thresholds\.4g: must be a number from 0 to 1$/,
  ],
  ['an option that there is none of', { staletime: 1 }, /^staletime: is not known here; /],
])) {
  test(`P7: ${name} is refused, with its place`, async () => {
    await assert.rejects(createCache(/** @type {any} */ (options)), (error) => {
      assert.ok(error instanceof EverfreshError);
      assert.equal(error.code, 'config-invalid');
      assert.match(error.message, message);
      return true;
    });
  });
}
