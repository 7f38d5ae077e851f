// What data of a page's own making is made of, and what the headers of an answer say that a page passes on.
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
 * A test with a cache that stands in for `fetch`.
 *
 * @param {string} name
 * @param {(cache: import('../../pkg-template/dist/slim.js').Cache) => Promise<void>} work
 */
function scenario(name, work) {
  test(name, { timeout: 20_000 }, async () => {
    const cache = await everfresh.install({
      entities: { user: { path: '/users/:id', lists: ['users'] } },
    });
    try {
      await work(cache);
      assert.equal(site.waiting, 0, 'nothing else was asked for');
    } finally {
      cache.close();
    }
  });
}

const KEY = ['profile', 7];
const options = { staleTime: 60_000 };

/**
 * Asks for what a fetcher gives, and has its requests answered.
 *
 * @param {import('../../pkg-template/dist/slim.js').Cache} cache
 * @param {(context: { signal: AbortSignal, track: (signal: AbortSignal) => void }) => Promise<unknown>} fetcher
 * @param {Record<string, Record<string, string>>} answers headers by path
 */
async function made(cache, fetcher, answers) {
  const asked = cache.query(KEY, { ...options, fetcher });
  for (const [path, headers] of Object.entries(answers)) {
    (await site.next(`GET ${path}`)).answer(200, { path }, headers);
  }
  await asked;
  assert.ok(cache.peek(KEY));
}

/** @param {string} path @param {RequestInit} [init] */
const read = async (path, init) => (await fetch(site.url(path), init)).json();

scenario('P1: what a fetcher reads first names its data: the path, its tags', async (cache) => {
  for (const named of ['/users/7', 'user:7', 'user', 'team:1', 'team']) {
    await made(cache, () => read('/users/7?full=1'), {
      '/users/7?full=1': { 'x-cache-tags': '"team:1"' },
    });
    cache.invalidate('/users/8');
    cache.invalidateTags(['user:8', 'users', 'team:2']);
    assert.ok(cache.peek(KEY));
    cache.invalidate(named);
    assert.equal(cache.peek(KEY), undefined, named);
  }
});

scenario('P1: so does what it reads later with its signal, and nothing else', async (cache) => {
  await made(
    cache,
    async ({ signal }) => {
      const first = await read('/a');
      const [second] = await Promise.all([read('/b', { signal }), read('/c')]);
      return [first, second];
    },
    { '/a': {}, '/b': {}, '/c': {} },
  );
  cache.invalidate('/c');
  assert.ok(cache.peek(KEY));
  cache.invalidate('/b');
  assert.equal(cache.peek(KEY), undefined);
});

scenario('P8: what is read from another origin is none of this one', async (cache) => {
  const elsewhere = site.url('/a').replace('127.0.0.1', 'localhost');
  await made(cache, async () => (await fetch(elsewhere)).json(), { '/a': {} });
  cache.invalidate('/a');
  assert.ok(cache.peek(KEY));
});

scenario(
  'P1: what it reads with a signal of its own that it has tracked counts, too',
  async (cache) => {
    const { signal } = new AbortController();
    await made(
      cache,
      async ({ track }) => {
        track(signal);
        await read('/a');
        return read('/b', { signal });
      },
      { '/a': {}, '/b': {} },
    );
    cache.invalidate('/b');
    assert.equal(cache.peek(KEY), undefined);
  },
);

scenario('P2: data is late where a write has met what it is made of', async (cache) => {
  const asked = cache.query(KEY, { ...options, fetcher: () => read('/users/7') });
  const reading = await site.next('GET /users/7');
  const written = fetch(site.url('/users/7'), { method: 'PATCH' });
  (await site.next('PATCH /users/7')).answer(200, {});
  await written;
  reading.answer(200, { name: 'old' });
  assert.deepEqual(await asked, { name: 'old' });
  assert.equal(cache.peek(KEY), undefined);
});

scenario('P7: tags that cannot be read leave the data unkept', async (cache) => {
  const asked = cache.query(KEY, { ...options, fetcher: () => read('/a') });
  (await site.next('GET /a')).answer(200, 1, { 'x-cache-tags': 'x'.repeat(9000) });
  assert.equal(await asked, 1);
  assert.equal(cache.peek(KEY), undefined);
});

scenario('a fetcher is for a key that is no URL, and such a key needs one', async (cache) => {
  const code = { code: 'config-invalid', message: /^fetcher: / };
  await assert.rejects(cache.query('/a', { fetcher: () => 1 }), code);
  await assert.rejects(cache.query(['a']), code);
  assert.throws(() => cache.observe('/a', { fetcher: () => 1 }), code);
});

scenario('P1: headers that a function gives beside its data count, once', async (cache) => {
  await made(cache, () => read('/a'), { '/a': {} });
  const headers = new Headers({ 'x-cache-invalidate': '"/a"' });
  const data = await cache.mutate({ mutationFn: async () => ({ data: 5, headers }) });
  assert.equal(data, 5);
  assert.equal(cache.peek(KEY), undefined);

  /** @type {string[]} */
  const told = [];
  cache.events((event) => {
    if (event.type === 'invalidate' && event.cause === 'header') told.push(event.targets);
  });
  const written = cache.mutate({
    mutationFn: async () => {
      const response = await fetch(site.url('/like'), { method: 'POST' });
      return { data: await response.json(), headers: response.headers };
    },
  });
  (await site.next('POST /like')).answer(200, { likes: 2 }, { 'x-cache-invalidate': '"/b"' });
  assert.deepEqual(await written, { likes: 2 });
  assert.deepEqual(told, ['"/b"']);
});

scenario('what has no headers of an answer is data itself', async (cache) => {
  const answer = { data: 1, headers: { 'x-cache-invalidate': '*' } };
  assert.equal(await cache.mutate({ mutationFn: () => /** @type {unknown} */ (answer) }), answer);
});
