// The header grammar as the package reads it, over the cases that the Rust half runs too.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, test } from 'node:test';
import {
  createCache,
  EverfreshError,
  initialize,
  parseInvalidate,
  version,
} from '../../pkg-template/dist/slim.js';

const file = (path) => new URL(`../../${path}`, import.meta.url);
const cases = JSON.parse(await readFile(file('tests/fixtures/header-invalidate.json'), 'utf8'));

/** The case's value: as it stands, or a text repeated. */
function textOf({ value, repeat }) {
  return repeat ? Array(repeat.count).fill(repeat.text).join(repeat.separator) : value;
}

test('P7: without wasm everything says so', async () => {
  // Where there is no page there is no cache either.
  Object.assign(globalThis, { location: new URL('https://a.test/') });
  const missing = (error) => error instanceof EverfreshError && error.code === 'wasm-unavailable';
  await assert.rejects(parseInvalidate('a'), missing);
  await assert.rejects(createCache(), missing);
  await assert.rejects(initialize(new Uint8Array([0, 1, 2, 3])), missing);
});

test('the header grammar', async (t) => {
  before(async () => initialize(await readFile(file('pkg-template/dist/everfresh.wasm'))));
  for (const { name, origin, members, problem, count, ...given } of cases) {
    await t.test(`P10: ${name}`, async () => {
      const read = await parseInvalidate(textOf(given), origin);
      if (count !== undefined) {
        assert.equal(read.members.length, count);
        return;
      }
      const expected = members.map((member) => ({ mode: 'drop', ...member }));
      assert.deepEqual(read, { members: expected, problem: problem ?? null });
    });
  }
});

test('the package knows its version', () => {
  assert.match(version, /^\d+\.\d+\.\d+/);
});
