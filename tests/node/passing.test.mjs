// Calls of `fetch` that no rule concerns: native, but for what the headers of their answers say.
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
 * A test with a cache that knows the data of `/a`, and that caches nothing of `/live`.
 *
 * @param {string} name
 * @param {(cache: import('../../pkg-template/dist/slim.js').Cache) => Promise<void>} work
 */
function scenario(name, work) {
  test(name, { timeout: 20_000 }, async () => {
    const rules = [
      { match: '/api/live', cache: false },
      { match: '/api/*', staleTime: 60_000 },
    ];
    const cache = await everfresh.createCache({ rules });
    try {
      cache.setQueryData('/a', 1, { staleTime: 60_000 });
      await work(cache);
    } finally {
      cache.close();
    }
  });
}

/**
 * @param {import('../../pkg-template/dist/slim.js').Cache} cache
 * @param {string} path
 * @param {number} [status]
 * @param {Record<string, string>} [headers]
 */
async function asked(cache, path, status = 200, headers = {}) {
  const answer = cache.fetch(site.url(path));
  (await site.next(`GET ${path}`)).answer(status, { path }, headers);
  return answer;
}

scenario('P9: each call is asked for, again and again', async (cache) => {
  for (const path of ['/other', '/other', '/api/live', '/api/live?a=1', '/other#part']) {
    const bare = path.replace('#part', '');
    const answer = cache.fetch(site.url(path));
    (await site.next(`GET ${bare}`)).answer(200, { path });
    const response = await answer;
    assert.equal(response.headers.get('cache-status'), null);
    assert.deepEqual(await response.json(), { path });
  }
  await (await asked(cache, '/api/known')).json();
  assert.match(
    (await cache.fetch(site.url('/api/known'))).headers.get('cache-status') ?? '',
    /^everfresh; /,
    'beside them there is a rule',
  );
});

scenario('P1: what an answer names is gone before the page has the answer', async (cache) => {
  assert.equal(cache.peek('/a')?.data, 1);
  await asked(cache, '/other', 200, { 'x-cache-invalidate': '"/a"' });
  assert.equal(cache.peek('/a'), undefined);
  cache.setQueryData('/a', 2, { staleTime: 60_000 });
  await asked(cache, '/other', 404, { 'clear-site-data': '"cache"' });
  assert.equal(cache.peek('/a'), undefined);
});

scenario(
  'P8: where an answer says that nobody is signed in, nothing stale is shown',
  async (cache) => {
    cache.setQueryData('/b', 1, { stale: true });
    assert.equal(cache.peek('/b')?.isStale, true);
    await asked(cache, '/me', 401);
    assert.equal(cache.peek('/b'), undefined);
  },
);

scenario('P9: errors and aborts are those of native fetch', async (cache) => {
  const controller = new AbortController();
  const answer = cache.fetch(site.url('/other'), { signal: controller.signal });
  const { gone } = await site.next('GET /other');
  controller.abort(new RangeError('enough'));
  await assert.rejects(answer, RangeError);
  await gone;
  const lost = cache.fetch(site.url('/other'));
  (await site.next('GET /other')).drop();
  await assert.rejects(lost, TypeError);
});

test('P7: what stands in for fetch may give anything', async () => {
  const { fetch } = globalThis;
  const odd = { text: 'no response' };
  globalThis.fetch = /** @type {any} */ (async () => odd);
  try {
    const cache = await everfresh.createCache();
    assert.equal(await cache.fetch('/other'), odd);
    cache.close();
  } finally {
    globalThis.fetch = fetch;
  }
});
