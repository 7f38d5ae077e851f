// What queries are made of, without a browser: keys as URLs, and data that keeps its references.
import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.location ??= /** @type {any} */ (new URL('https://a.test/page/'));
globalThis.origin ??= /** @type {any} */ ('https://a.test');
const { targetsOf, urlOf } = await import('../../src/host/keys.js');
const { share } = await import('../../src/host/share.js');

for (const [key, url] of /** @type {[any, string][]} */ ([
  ['/api/a?x=1#part', 'https://a.test/api/a?x=1'],
  ['./a', 'https://a.test/page/a'],
  ['https://b.test/a', 'https://b.test/a'],
  [new URL('https://b.test/a'), 'https://b.test/a'],
  ['user', 'https://a.test/.key/%22user%22'],
  [['user'], 'https://a.test/.key/%22user%22'],
  [['user', 5, '5'], 'https://a.test/.key/%22user%22/5/%225%22'],
  [
    ['user', { b: 1, a: [2] }],
    'https://a.test/.key/%22user%22/%7B%22a%22%3A%5B2%5D%2C%22b%22%3A1%7D',
  ],
  [['a/b', '*', '..'], 'https://a.test/.key/%22a%2Fb%22/%22%2A%22/%22..%22'],
  [[undefined, null], 'https://a.test/.key/null/null'],
])) {
  test(`the key ${JSON.stringify(key)} is ${url}`, () => assert.equal(urlOf(key), url));
}

test('a key can hold what JSON has a word for', () => {
  for (const part of [() => 1, Symbol('a'), 1n]) {
    assert.throws(() => urlOf(['a', part]), TypeError);
  }
});

test('a list names itself and all lists that begin with it; a URL its own query alone', () => {
  const user = '/.key/%22user%22';
  assert.deepEqual(targetsOf(['user']), [[user, `${user}/*`], 'https://a.test']);
  assert.deepEqual(targetsOf('/api/a?x=1'), [['/api/a?x=1'], 'https://a.test']);
  assert.deepEqual(targetsOf('/api/a'), [['/api/a?'], 'https://a.test']);
});

test('equal data is the same data', () => {
  const before = { list: [{ id: 1 }, { id: 2, tags: ['x'] }], count: 2, none: null };
  assert.equal(share(before, structuredClone(before)), before);
});

test('what has not changed keeps its reference, and what has is new', () => {
  const before = { list: [{ id: 1 }, { id: 2 }], same: { deep: [1] } };
  const next = share(before, { list: [{ id: 1 }, { id: 3 }], same: { deep: [1] } });
  assert.deepEqual(next, { list: [{ id: 1 }, { id: 3 }], same: { deep: [1] } });
  assert.equal(next.list[0], before.list[0]);
  assert.equal(next.same, before.same);
  assert.notEqual(next.list, before.list);
});

test('an item that has only moved is itself, and what has nothing of before is what came', () => {
  const [a, b] = [
    { id: 1, by: { id: 9 } },
    { id: 2, by: { id: 9 } },
  ];
  const next = [{ id: 3, by: { id: 8 } }, a, b];
  const shared = share([a, b], next);
  assert.deepEqual(shared, next);
  assert.equal(shared[1], a);
  assert.equal(shared[2], b);
  assert.equal(share({ a: 1 }, next), next);
  assert.equal(share([{ id: 1 }], next), next);
});

test('a member more or less, another order, or another type is a change', () => {
  for (const [before, next] of [
    [{ a: 1 }, { a: 1, b: undefined }],
    [{ a: 1, b: 2 }, { a: 1 }],
    [
      [1, 2],
      [2, 1],
    ],
    [[1], { 0: 1 }],
    [{}, []],
    [new Date(0), new Date(0)],
    [null, {}],
  ]) {
    const shared = share(before, next);
    assert.deepEqual(shared, next);
    assert.notEqual(shared, before);
  }
});
