// Named operations over JSON data: what each makes of it, what it leaves alone, and what it refuses.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply, flaw } from '../../src/host/operations.js';

/** @typedef {import('../../src/host/operations.js').Operation} Operation */

const POSTS = {
  posts: [
    { id: 1, likes: 2, by: { name: 'ann' } },
    { id: 2, likes: 0 },
  ],
  total: 2,
};

for (const [name, data, operation, expected] of /** @type {[string, any, Operation, any][]} */ ([
  ['append to a list', [1], { op: 'append', item: 2 }, [1, 2]],
  ['append to an empty list', [], { op: 'append', item: [3] }, [[3]]],
  ['prepend', [1], { op: 'prepend', item: 0 }, [0, 1]],
  [
    'append by a path',
    { a: { b: [1] } },
    { op: 'append', item: 2, path: 'a.b' },
    { a: { b: [1, 2] } },
  ],
  [
    'append by a path with a position',
    [{ b: [1] }, { b: [] }],
    { op: 'append', item: 2, path: [1, 'b'] },
    [{ b: [1] }, { b: [2] }],
  ],
  ['a position in a text', [[1], [2]], { op: 'append', item: 3, path: '0' }, [[1, 3], [2]]],
  [
    'a name with a dot in a list',
    { 'a.b': [] },
    { op: 'append', item: 1, path: ['a.b'] },
    { 'a.b': [1] },
  ],
  ['an empty path', [1], { op: 'append', item: 2, path: '' }, [1, 2]],
  ['merge', { a: 1, b: 1 }, { op: 'merge', fields: { b: 2, c: 3 } }, { a: 1, b: 2, c: 3 }],
  ['merge is not deep', { a: { x: 1 } }, { op: 'merge', fields: { a: { y: 2 } } }, { a: { y: 2 } }],
  ['merge into null', null, { op: 'merge', fields: { a: 1 } }, { a: 1 }],
  [
    'merge where null is',
    { a: null },
    { op: 'merge', fields: { b: 1 }, path: 'a' },
    { a: { b: 1 } },
  ],
  [
    'merge makes the last member',
    {},
    { op: 'merge', fields: { b: 1 }, path: 'a' },
    { a: { b: 1 } },
  ],
  ['increment by one', { n: 1 }, { op: 'increment', path: 'n' }, { n: 2 }],
  ['increment by less than nothing', 5, { op: 'increment', by: -2 }, 3],
  [
    'arrayUpdate of each that fits',
    [
      { id: 1, n: 1 },
      { id: 2, n: 1 },
      { id: 1, n: 5 },
    ],
    { op: 'arrayUpdate', where: { id: 1 }, update: { op: 'increment', path: 'n' } },
    [
      { id: 1, n: 2 },
      { id: 2, n: 1 },
      { id: 1, n: 6 },
    ],
  ],
  [
    'arrayUpdate within arrayUpdate',
    POSTS,
    {
      op: 'arrayUpdate',
      path: 'posts',
      where: { id: 1, likes: 2 },
      update: { op: 'merge', path: 'by', fields: { name: 'bo' } },
    },
    {
      posts: [
        { id: 1, likes: 2, by: { name: 'bo' } },
        { id: 2, likes: 0 },
      ],
      total: 2,
    },
  ],
  [
    'where compares what is deep',
    [{ key: { a: [1] } }, { key: { a: [2] } }],
    { op: 'remove', where: { key: { a: [1] } } },
    [{ key: { a: [2] } }],
  ],
  ['remove', [{ id: 1 }, { id: 2 }, { id: 1 }], { op: 'remove', where: { id: 1 } }, [{ id: 2 }]],
  ['remove by a type', [{ id: '1' }, { id: 1 }], { op: 'remove', where: { id: 1 } }, [{ id: '1' }]],
  ['remove leaves what is no object', [1, null, { id: 1 }], { op: 'remove', where: {} }, [1, null]],
])) {
  test(`P5: ${name}`, () => {
    const before = structuredClone(data);
    assert.deepEqual(apply(operation, freeze(data)), expected);
    assert.deepEqual(data, before, 'what was given is as it was');
  });
}

for (const [name, data, operation, message] of /** @type {[string, any, Operation, RegExp][]} */ ([
  ['append to an object', {}, { op: 'append', item: 1 }, /no list/],
  ['append to null', null, { op: 'append', item: 1 }, /no list/],
  ['append to a text', { a: 'ab' }, { op: 'append', item: 1, path: 'a' }, /no list/],
  ['a path that is not there', { a: {} }, { op: 'append', item: 1, path: 'a.b' }, /no b/],
  ['a path through nothing', { a: null }, { op: 'increment', path: 'a.b' }, /no b/],
  ['a path through a text', { a: 'x' }, { op: 'increment', path: 'a.length' }, /no length/],
  [
    'a path into what objects inherit',
    {},
    { op: 'increment', path: 'toString.length' },
    /no toString/,
  ],
  ['a position beyond the end', [1], { op: 'increment', path: [1] }, /no 1/],
  ['a position before the beginning', [1], { op: 'increment', path: [-1] }, /no -1/],
  ['the length of a list', [1], { op: 'increment', path: 'length' }, /no length/],
  ['increment of a text', { n: '1' }, { op: 'increment', path: 'n' }, /no number/],
  ['increment of nothing', {}, { op: 'increment', path: 'n' }, /no n/],
  ['merge into a list', [], { op: 'merge', fields: {} }, /no object/],
  ['merge into a number', 1, { op: 'merge', fields: {} }, /no object/],
  ['merge makes one member, not two', {}, { op: 'merge', fields: {}, path: 'a.b' }, /no a/],
  ['merge makes no item', [], { op: 'merge', fields: {}, path: [0] }, /no 0/],
  [
    'what an item refuses',
    [{ id: 1 }],
    { op: 'arrayUpdate', where: { id: 1 }, update: { op: 'increment', path: 'n' } },
    /no n/,
  ],
  ['remove from an object', {}, { op: 'remove', where: {} }, /no list/],
])) {
  test(`P5: ${name} can't be done`, () => {
    assert.throws(() => apply(operation, freeze(data)), message);
  });
}

test('P5: what an operation leaves alone keeps its reference', () => {
  const data = freeze(structuredClone(POSTS));
  const appended = apply({ op: 'append', path: 'posts', item: { id: 3 } }, data);
  assert.equal(appended.posts[0], data.posts[0]);
  assert.equal(appended.posts[1], data.posts[1]);
  const updated = apply(
    {
      op: 'arrayUpdate',
      path: 'posts',
      where: { id: 2 },
      update: { op: 'increment', path: 'likes' },
    },
    data,
  );
  assert.equal(updated.posts[0], data.posts[0]);
  assert.notEqual(updated.posts[1], data.posts[1]);
  const removed = apply({ op: 'remove', path: 'posts', where: { id: 1 } }, data);
  assert.equal(removed.posts[0], data.posts[1]);
});

for (const operation of /** @type {Operation[]} */ ([
  { op: 'merge', fields: { total: 2 } },
  { op: 'merge', path: 'posts.1', fields: { likes: 0 } },
  { op: 'increment', path: 'total', by: 0 },
  { op: 'remove', path: 'posts', where: { id: 9 } },
  { op: 'arrayUpdate', path: 'posts', where: { id: 9 }, update: { op: 'merge', fields: { a: 1 } } },
  {
    op: 'arrayUpdate',
    path: 'posts',
    where: { id: 1 },
    update: { op: 'merge', fields: { likes: 2 } },
  },
])) {
  test(`P5: ${JSON.stringify(operation)} changes nothing, and so is the same data`, () => {
    const data = freeze(structuredClone(POSTS));
    assert.equal(apply(operation, data), data);
  });
}

test('a name such as __proto__ is one like any other', () => {
  const data = JSON.parse('{"__proto__": {"n": 1}}');
  const next = apply({ op: 'increment', path: ['__proto__', 'n'] }, data);
  assert.equal(JSON.stringify(next), '{"__proto__":{"n":2}}');
  const made = apply({ op: 'merge', path: ['__proto__'], fields: { polluted: true } }, {});
  assert.equal(JSON.stringify(made), '{"__proto__":{"polluted":true}}');
  assert.equal(/** @type {any} */ ({}).polluted, undefined);
});

test('P5: dropping one of a run of operations takes back its own part alone', () => {
  let seed = 1;
  const random = (/** @type {number} */ below) => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  for (let run = 0; run < 300; run += 1) {
    /** @type {Operation[]} */
    const operations = Array.from({ length: 1 + random(8) }, (_, index) =>
      random(2)
        ? { op: random(2) ? 'append' : 'prepend', path: 'list', item: { id: index } }
        : { op: 'increment', path: 'count', by: random(9) - 4 },
    );
    const dropped = random(operations.length);
    const all = operations.reduce((data, one) => apply(one, data), freeze({ list: [], count: 0 }));
    const rest = operations
      .filter((_, index) => index !== dropped)
      .reduce((data, one) => apply(one, data), freeze({ list: [], count: 0 }));
    const { op, item, by = 0 } = operations[dropped];
    const without = {
      list: all.list.filter((/** @type {any} */ one) => one.id !== /** @type {any} */ (item)?.id),
      count: all.count - (op === 'increment' ? by : 0),
    };
    assert.deepEqual(rest, without, JSON.stringify(operations));
  }
});

for (const [operation, message] of /** @type {[any, RegExp | undefined][]} */ ([
  [undefined, /op/],
  [{ op: 'push' }, /op/],
  [{ op: 'toString' }, /op/],
  [{ op: 'append' }, /item/],
  [{ op: 'append', item: undefined }, undefined],
  [{ op: 'append', item: 1, path: 5 }, /path/],
  [{ op: 'merge' }, /fields/],
  [{ op: 'merge', fields: [] }, /fields/],
  [{ op: 'increment', by: '1' }, /by/],
  [{ op: 'increment' }, undefined],
  [{ op: 'remove' }, /where/],
  [{ op: 'remove', where: {} }, undefined],
  [{ op: 'arrayUpdate', where: {} }, /op/],
  [{ op: 'arrayUpdate', where: {}, update: { op: 'increment' } }, undefined],
])) {
  test(`the operation ${JSON.stringify(operation)} is ${message ? 'refused' : 'taken'}`, () => {
    const found = flaw(operation);
    assert.ok(message ? message.test(found ?? '') : found === undefined, found);
  });
}

/**
 * Makes a change of what was given an error.
 *
 * @template T
 * @param {T} data
 * @returns {T}
 */
function freeze(data) {
  if (typeof data === 'object' && data !== null) {
    Object.values(data).forEach(freeze);
  }
  return Object.freeze(data);
}
