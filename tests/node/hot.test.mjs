// Peeks that are answered without asking the engine: the same answer that it would give.
import assert from 'node:assert/strict';
import { after, before, mock, test } from 'node:test';
import { Gate } from '../../src/host/gate.js';
import { nameOf } from '../../src/host/hot.js';
import { Site } from './support/site.mjs';

const site = new Site();
/** @type {typeof import('../../pkg-template/dist/slim.js')} */ let everfresh;

before(async () => {
  everfresh = await site.start();
});
after(() => site.stop());

/**
 * A test with a cache that knows the data of `/a`, which was peeked at twice in this turn.
 *
 * @param {string} name
 * @param {(cache: import('../../pkg-template/dist/slim.js').Cache) => void | Promise<void>} work
 */
function scenario(name, work) {
  test(name, { timeout: 20_000 }, async () => {
    const cache = await everfresh.createCache();
    try {
      cache.setQueryData('/a', { count: 1 }, { staleTime: 60_000, tags: ['a'] });
      const first = cache.peek('/a');
      assert.deepEqual(first, { data: { count: 1 }, isStale: false });
      assert.equal(cache.peek('/a'), first, 'the engine was not asked');
      await work(cache);
    } finally {
      cache.close();
    }
  });
}

scenario('P1: what is invalidated in the same turn is gone', (cache) => {
  cache.invalidateTags('a');
  assert.equal(cache.peek('/a'), undefined);
});

scenario('P1: what is marked stale in the same turn is so', (cache) => {
  cache.invalidate('/a', { mode: 'stale' });
  assert.deepEqual(cache.peek('/a'), { data: { count: 1 }, isStale: true });
});

scenario('what is said anew, removed or cleared in the same turn is so', (cache) => {
  cache.setQueryData('/a', { count: 2 }, { staleTime: 60_000 });
  assert.deepEqual(cache.peek('/a')?.data, { count: 2 });
  cache.remove('/a');
  assert.equal(cache.peek('/a'), undefined);
  cache.setQueryData('/a', { count: 3 }, { staleTime: 60_000 });
  assert.deepEqual(
    [cache.peek('/a'), cache.peek('/a')].map((found) => found?.isStale),
    [false, false],
  );
  cache.clear();
  assert.equal(cache.peek('/a'), undefined);
});

scenario('P5: a change is shown at once, and taken back with its mutation', async (cache) => {
  const asked = cache.mutate({
    request: { url: '/write' },
    optimistic: { key: '/a', update: everfresh.createOptimisticIncrement('count') },
  });
  assert.deepEqual(cache.peek('/a')?.data, { count: 2 });
  assert.deepEqual(cache.peek('/a')?.data, { count: 2 });
  (await site.next('POST /write')).answer(422);
  await assert.rejects(asked);
  assert.deepEqual(cache.peek('/a')?.data, { count: 1 });
});

scenario('P7: a cache that is closed in the same turn has nothing', (cache) => {
  cache.close();
  assert.equal(cache.peek('/a'), undefined);
});

scenario('P8: nothing of the last user is there for the next one', (cache) => {
  cache.setScope({ id: 'bob' });
  assert.equal(cache.peek('/a'), undefined);
});

scenario('what is fresh is so for its time', (cache) => {
  const now = Date.now();
  mock.timers.enable({ apis: ['Date'], now: now + 59_000 });
  try {
    assert.equal(cache.peek('/a')?.isStale, false);
    mock.timers.setTime(now + 61_000);
    assert.equal(cache.peek('/a')?.isStale, true);
  } finally {
    mock.timers.reset();
  }
});

scenario('what is stale stays so until there is other data, or its end', (cache) => {
  cache.setQueryData('/b', 1, { stale: true, gcTime: 60_000 });
  const stale = cache.peek('/b');
  assert.deepEqual(stale, { data: 1, isStale: true });
  assert.equal(cache.peek('/b'), stale, 'the engine was not asked');
  const now = Date.now();
  mock.timers.enable({ apis: ['Date'], now: now + 61_000 });
  try {
    assert.equal(cache.peek('/b'), undefined);
  } finally {
    mock.timers.reset();
  }
  cache.setQueryData('/b', 2, { staleTime: 60_000 });
  assert.deepEqual(cache.peek('/b'), { data: 2, isStale: false });
});

scenario('what counts as asked for a moment ago does so for a moment', (cache) => {
  cache.setQueryData('/b', 1, { staleTime: 0 });
  const now = Date.now();
  assert.deepEqual(
    [cache.peek('/b'), cache.peek('/b')].map((found) => found?.isStale),
    [false, false],
  );
  mock.timers.enable({ apis: ['Date'], now: now + 2_500 });
  try {
    assert.equal(cache.peek('/b')?.isStale, true);
  } finally {
    mock.timers.reset();
  }
});

scenario(
  'P8: where nobody may be signed in any more, nothing stale is handed out',
  async (cache) => {
    cache.setQueryData('/b', 1, { stale: true });
    assert.equal(cache.peek('/b')?.isStale, true);
    const asked = cache.fetch(site.url('/me'), { method: 'POST' });
    (await site.next('POST /me')).answer(401);
    const before = cache.peek('/b');
    await asked;
    assert.deepEqual([before?.isStale, cache.peek('/b')], [true, undefined]);
  },
);

scenario('what was said of other keys holds on', (cache) => {
  const first = cache.peek('/a');
  cache.setQueryData('/b', 1, { staleTime: 60_000, tags: ['b'] });
  cache.setQueryData('/c', 1, { staleTime: 60_000, tags: ['b'] });
  const [b, c] = [cache.peek('/b'), cache.peek('/c')];
  cache.invalidate('/c', { mode: 'stale' });
  assert.deepEqual([cache.peek('/b'), cache.peek('/c')?.isStale], [b, true]);
  cache.invalidateTags('b');
  assert.notEqual(c, undefined);
  assert.deepEqual([cache.peek('/b'), cache.peek('/c')], [undefined, undefined]);
  assert.equal(cache.peek('/a'), first, 'the engine was not asked');
});

scenario('a change of one key leaves what was said of others', async (cache) => {
  cache.setQueryData('/b', 1, { staleTime: 60_000 });
  const b = cache.peek('/b');
  const asked = cache.mutate({
    request: { url: '/write' },
    optimistic: { key: '/a', update: everfresh.createOptimisticIncrement('count') },
  });
  assert.equal(cache.peek('/b'), b, 'the engine was not asked');
  assert.deepEqual(cache.peek('/a')?.data, { count: 2 });
  (await site.next('POST /write')).answer(422, undefined, { 'x-cache-invalidate': 'none' });
  await assert.rejects(asked);
  assert.deepEqual(cache.peek('/a')?.data, { count: 1 });
});

scenario('the clock may be set back', (cache) => {
  mock.timers.enable({ apis: ['Date'], now: Date.now() - 600_000 });
  try {
    assert.notEqual(cache.peek('/a')?.isStale, false, 'nothing from the future is fresh');
  } finally {
    mock.timers.reset();
  }
});

scenario('lists are known by what they hold', (cache) => {
  cache.setQueryData(['a', 1], 'number', { staleTime: 60_000 });
  cache.setQueryData(['a', '1'], 'text', { staleTime: 60_000 });
  for (let times = 0; times < 2; times += 1) {
    assert.equal(cache.peek(['a', 1])?.data, 'number');
    assert.equal(cache.peek(['a', '1'])?.data, 'text');
    assert.equal(cache.peek(['a', undefined]), undefined);
    assert.throws(() => cache.peek(['a', () => 1]), TypeError);
  }
});

test('P3: the client looks once in a turn, and each time while something may enter by itself', async () => {
  const gate = new Gate(/** @type {any} */ (Error), () => {});
  let looks = 0;
  const look = () => {
    looks += 1;
  };
  const client = { start() {}, look, tell() {}, metrics: () => '{}', close() {} };
  gate.open(() => /** @type {any} */ (client));
  /** @param {number} times @param {string} why */
  const looksSo = (times, why) => {
    looks = 0;
    gate.look();
    gate.look();
    assert.equal(looks, times, why);
  };
  looksSo(1, 'nobody has looked in this turn');
  await null;
  looksSo(1, 'another document may have written since');
  await null;
  gate.enter((client) => client.metrics());
  looksSo(1, 'who asks for figures does not look');
  await null;
  gate.tell(1);
  looksSo(0, 'whoever tells something looks before that');
  const over = gate.before(() => {});
  looksSo(2, 'an answer may come that nobody has told of');
  over();
  looksSo(0, 'nothing is under way');
});

test('names do not depend on where the page is', () => {
  assert.equal(nameOf('./a'), undefined);
  assert.equal(nameOf('../a'), undefined);
  assert.equal(nameOf(new URL('https://a.test/')), undefined);
  assert.equal(nameOf(['a', {}]), undefined);
  assert.notEqual(nameOf('["a"]'), nameOf(['a']));
});
