// Observers: a store with a snapshot, for libraries of components.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Site } from './support/site.mjs';

const site = new Site();
/** @type {typeof import('../../pkg-template/dist/slim.js')} */ let everfresh;

before(async () => {
  everfresh = await site.start();
});
after(() => site.stop());

/**
 * @param {string} name
 * @param {(cache: import('../../pkg-template/dist/slim.js').Cache) => Promise<void>} work
 */
function scenario(name, work) {
  test(name, { timeout: 20_000 }, async () => {
    const cache = await everfresh.createCache();
    try {
      await work(cache);
      assert.equal(site.waiting, 0, 'nothing else was asked for');
    } finally {
      cache.close();
    }
  });
}

/** Lets what was told in this task be heard. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** @param {any} state */
const flags = ({ data, isLoading, isFetching, isStale, isPreviousData }) =>
  [
    data,
    isLoading && 'loading',
    isFetching && 'fetching',
    isStale && 'stale',
    isPreviousData && 'previous',
  ].filter(Boolean);

scenario(
  'nobody listens, and it shows what would be shown, and asks for nothing',
  async (cache) => {
    const observer = cache.observe('/a');
    assert.deepEqual(flags(observer.state), ['loading', 'fetching']);
    cache.setQueryData('/a', 'there', { staleTime: 60_000 });
    assert.deepEqual(flags(observer.state), ['there']);
    const idle = cache.observe('/b', { enabled: false });
    assert.deepEqual(flags(idle.state), []);
    await turn();
  },
);

scenario(
  'the first listener begins, the last one ends, and a snapshot stays itself',
  async (cache) => {
    const observer = cache.observe('/a');
    const { state } = observer;
    assert.equal(state.data, undefined);
    assert.equal(state.isLoading, true);
    let told = 0;
    const stop = observer.subscribe(() => told++);
    const stopAgain = observer.subscribe(() => told++);
    assert.equal(observer.state, state, 'nothing that was read has changed');
    const request = await site.next('GET /a');
    request.answer(200, { id: 1 });
    while (!told) await turn();
    assert.equal(told, 2);
    assert.notEqual(observer.state, state);
    assert.deepEqual(observer.state.data, { id: 1 });
    assert.equal(observer.state, observer.state);
    stop();
    stop();
    await turn();
    observer.state.refetch();
    const second = await site.next('GET /a');
    stopAgain();
    await second.gone;
  },
);

scenario('P9: who goes and comes back within a task keeps the request', async (cache) => {
  const observer = cache.observe('/a');
  observer.subscribe(() => {})();
  const stop = observer.subscribe(() => {});
  (await site.next('GET /a')).answer(200, 1);
  while (observer.state.data !== 1) await turn();
  stop();
});

scenario('what was not read is not told of, and is right when it is read', async (cache) => {
  const observer = cache.observe('/a');
  const { state } = observer;
  assert.equal(state.data, undefined);
  let told = 0;
  const stop = observer.subscribe(() => told++);
  (await site.next('GET /a')).answer(200, 1);
  while (!told) await turn();
  const shown = observer.state;
  assert.equal(shown.data, 1);
  cache.invalidate('/a', { mode: 'stale' });
  await turn();
  assert.equal(told, 1);
  assert.equal(observer.state, shown);
  assert.equal(shown.isStale, true);
  (await site.next('GET /a')).answer(200, 1);
  while (observer.state.isStale) await turn();
  stop();
});

scenario('a selection keeps its equal parts, and one that throws is an error', async (cache) => {
  cache.setQueryData('/a', { list: [{ id: 1 }], count: 1 }, { staleTime: 60_000 });
  const observer = cache.observe('/a');
  const ids = (/** @type {any} */ { list }) => list.map((/** @type {any} */ { id }) => ({ id }));
  const first = observer.read(ids);
  assert.deepEqual(first.data, [{ id: 1 }]);
  cache.setQueryData('/a', { list: [{ id: 1 }], count: 2 }, { staleTime: 60_000 });
  assert.equal(observer.read(ids), first);
  assert.equal(
    observer.read((data) => ids(data)),
    first,
    'another function, the same selection',
  );
  cache.setQueryData('/a', { list: [{ id: 1 }, { id: 2 }], count: 2 }, { staleTime: 60_000 });
  const second = observer.read(ids);
  assert.deepEqual(second.data, [{ id: 1 }, { id: 2 }]);
  assert.equal(second.data?.[0], first.data?.[0]);
  const broken = observer.read(() => {
    throw new Error('no');
  });
  assert.deepEqual([broken.data, /** @type {Error} */ (broken.error).message], [undefined, 'no']);
});

scenario('data of before is shown until that of the key is there', async (cache) => {
  const observer = cache.observe('/a', { previousData: 'before' });
  assert.deepEqual(flags(observer.state), ['before', 'loading', 'fetching', 'previous']);
  const stop = observer.subscribe(() => {});
  assert.deepEqual(flags(observer.state), ['before', 'loading', 'fetching', 'previous']);
  (await site.next('GET /a')).answer(200, 'now');
  while (observer.state.isPreviousData) await turn();
  assert.equal(observer.state.data, 'now');
  stop();
});

scenario('P1: all who look at a key see the same at any moment', async (cache) => {
  cache.setQueryData('/a', 1);
  const listening = cache.observe('/a', { enabled: false });
  const looking = cache.observe('/a', { enabled: false });
  const stop = listening.subscribe(() => {});
  cache.setQueryData('/a', 2);
  assert.equal(listening.state.data, 2);
  assert.equal(looking.state.data, 2);
  stop();
});

scenario('counters tell what happened', async (cache) => {
  cache.setQueryData('/a', 1, { staleTime: 60_000 });
  await cache.query('/a', { staleTime: 60_000 });
  const asked = cache.query('/b');
  (await site.next('GET /b')).answer(200, 1);
  await asked;
  cache.invalidate('/b');
  const { memoryHits, misses, stores, invalidations, invalidated, problems } = cache.metrics();
  assert.deepEqual(
    { memoryHits, misses, stores, invalidations, invalidated, problems },
    { memoryHits: 1, misses: 1, stores: 2, invalidations: 1, invalidated: 1, problems: 0 },
  );
});

scenario(
  'P1: who fetches by themselves are told to, at each invalidation, until they leave',
  async (cache) => {
    let told = 0;
    const onInvalidate = () => told++;
    const watch = cache.subscribe(['a'], () => {}, { enabled: false, onInvalidate });
    const asked = cache.query(['a'], { fetcher: async () => 1, tags: ['tag'] });
    cache.invalidateTags('other');
    await asked;
    assert.equal(told, 0);
    for (const times of [1, 2]) {
      cache.invalidateTags('tag');
      await turn();
      assert.equal(told, times);
    }
    cache.invalidateTags('tag');
    watch.unsubscribe();
    await turn();
    assert.equal(told, 2);
  },
);
