// Prefetches of the built package over a real server: what is sent, and what the page is told.
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { Prefetches } from '../../src/host/prefetch.js';
import { everfresh, scenario, site, until } from './support/scenario.mjs';

/** @typedef {import('../../pkg-template/dist/slim.js').PrefetchResult} PrefetchResult */

/** What came of one. @param {Promise<PrefetchResult>} promise */
const told = async (promise) => {
  const { status, reason } = await promise;
  return reason ? `${status} ${reason}` : status;
};

scenario('P9: what is prefetched is there for its first use', async (cache, events) => {
  const { signal } = new AbortController();
  const done = cache.prefetch('/a', { signal });
  const request = await site.next('GET /a');
  request.answer(200, { a: 1 });
  assert.deepEqual(await done, { url: '/a', status: 'fetched' });
  assert.deepEqual(getEventListeners(signal, 'abort'), []);
  assert.deepEqual(await cache.query('/a'), { a: 1 });
  const { script } = cache.prefetchStats();
  assert.deepEqual([script?.sent, script?.used, script?.pending], [1, 1, 0]);
  assert.deepEqual(
    events.flatMap((event) => (event.type === 'prefetch' ? [event.state] : [])),
    ['sent', 'used'],
  );
});

scenario('P9: what the page asks for meanwhile joins a prefetch, and keeps it', async (cache) => {
  const controller = new AbortController();
  const done = cache.prefetch('/a', { signal: controller.signal, trigger: 'hover' });
  const request = await site.next('GET /a');
  const asked = cache.query('/a');
  controller.abort();
  assert.equal(await told(done), 'aborted');
  request.answer(200, 'data');
  assert.equal(await asked, 'data');
  assert.equal(cache.prefetchStats().hover?.used, 1);
});

scenario('P9: an aborted prefetch that nobody wants is no request any more', async (cache) => {
  const controller = new AbortController();
  const done = cache.prefetch('/a', { signal: controller.signal });
  const request = await site.next('GET /a');
  controller.abort();
  assert.equal(await told(done), 'aborted');
  await request.gone;
  assert.equal(await told(cache.prefetch('/b', { signal: controller.signal })), 'aborted');
  assert.equal(cache.prefetchStats().script?.aborted, 1);
});

scenario('P9: the page is told why nothing was sent', async (cache) => {
  assert.equal(await told(cache.prefetch('https://elsewhere.test/')), 'skipped origin');
  assert.equal(await told(cache.prefetch('mailto:a@b.test')), 'skipped origin');
  assert.equal(await told(cache.prefetch('http://[')), 'skipped origin');
  assert.equal(await told(cache.prefetch('/session/logout')), 'skipped path');
  assert.equal(await told(cache.prefetch('/list')), 'cached');
});

scenario('P9: what fails is told, and nothing is thrown', async (cache) => {
  const refused = cache.prefetch('/a');
  (await site.next('GET /a')).answer(500);
  assert.equal(await told(refused), 'failed');
  const lost = cache.prefetch('/b');
  (await site.next('GET /b')).drop();
  assert.equal(await told(lost), 'failed');
});

scenario('P2: what an invalidation met is not kept', async (cache) => {
  const done = cache.prefetch('/a');
  const request = await site.next('GET /a');
  cache.invalidate('/a');
  request.answer(200, 'old');
  assert.equal(await told(done), 'late');
  const asked = cache.query('/a');
  (await site.next('GET /a')).answer(200, 'new');
  assert.equal(await asked, 'new');
});

scenario('P9: prefetches wait for what the page has asked for itself', async (cache, events) => {
  const asked = cache.query('/own');
  const own = await site.next('GET /own');
  const low = cache.prefetch('/low', { priority: -5 });
  const done = cache.prefetchBatch(['/a', { url: '/b', priority: 10 }]);
  assert.equal(await told(cache.prefetch('/own')), 'joined');
  assert.equal(site.waiting, 0);
  own.answer(200, 1);
  await asked;
  for (const path of ['/b', '/a', '/low']) {
    (await site.next(`GET ${path}`)).answer(200, 1);
  }
  assert.equal(await told(low), 'fetched');
  const sent = events.flatMap((event) =>
    event.type === 'prefetch' && event.state === 'sent' ? [new URL(event.url).pathname] : [],
  );
  assert.deepEqual(sent, ['/b', '/a', '/low']);
  assert.deepEqual(
    (await done).map(({ status }) => status),
    ['fetched', 'fetched'],
  );
  assert.equal(cache.prefetchStats().batch?.sent, 2);
});

scenario('P9: an aborted batch says what came of each', async (cache) => {
  const controller = new AbortController();
  const { signal } = controller;
  const done = cache.prefetchBatch(['/a', '/b', '/c'], { concurrency: 1, signal });
  const request = await site.next('GET /a');
  request.answer(200, 1);
  const second = await site.next('GET /b');
  controller.abort();
  await second.gone;
  assert.deepEqual(
    (await done).map(({ url, status }) => `${url} ${status}`),
    ['/a fetched', '/b aborted', '/c aborted'],
  );
});

scenario('P9: idle prefetches are sent when nothing else is to be done', async (cache) => {
  cache.prefetchOnIdle('/never')();
  const stop = cache.prefetchOnIdle(['/a', '/b']);
  (await site.next('GET /a')).answer(200, 1);
  const second = await site.next('GET /b');
  stop();
  await second.gone;
  await until(() => cache.prefetchStats().idle?.aborted === 1);
});

scenario(
  'P9: a user who saves data, or a slow network, is spared as long as it is so',
  async () => {
    const connection = Object.assign(new EventTarget(), { effectiveType: '4g', saveData: true });
    const reduced = Object.assign(new EventTarget(), { matches: false });
    const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator') ?? {};
    Object.defineProperty(globalThis, 'navigator', { ...before, value: { connection } });
    Object.assign(globalThis, { matchMedia: () => reduced });
    const cache = await everfresh.createCache();
    try {
      const saver = 'skipped data-saver';
      assert.equal(await told(cache.prefetch('/a')), saver);
      const become = (/** @type {object} */ network, matches = false) => {
        Object.assign(connection, network).dispatchEvent(new Event('change'));
        Object.assign(reduced, { matches }).dispatchEvent(new Event('change'));
      };
      const sends = async (/** @type {string} */ url) => {
        const done = cache.prefetch(url);
        (await site.next(`GET ${url}`)).answer(200, 1);
        assert.equal(await told(done), 'fetched');
      };
      become({ saveData: false });
      await sends('/a');
      for (const effectiveType of ['2g', 'slow-2g']) {
        become({ effectiveType });
        assert.equal(await told(cache.prefetch('/b')), saver);
      }
      become({ effectiveType: '3g' });
      await sends('/b');
      become({}, true);
      assert.equal(await told(cache.prefetch('/c')), saver);
      cache.close();
      assert.deepEqual(getEventListeners(connection, 'change'), []);
      assert.deepEqual(getEventListeners(reduced, 'change'), []);
    } finally {
      cache.close();
      Object.defineProperty(globalThis, 'navigator', before);
      Reflect.deleteProperty(globalThis, 'matchMedia');
    }
  },
);

scenario('P7: a cache that is closed prefetches nothing, and leaves nobody waiting', async () => {
  const cache = await everfresh.createCache();
  const done = cache.prefetch('/a');
  const request = await site.next('GET /a');
  cache.close();
  assert.equal(await told(done), 'skipped off');
  request.answer(200);
  assert.equal(await told(cache.prefetch('/b')), 'skipped off');
  assert.deepEqual(cache.prefetchStats(), {});
});

test('P10: what is over is forgotten', async () => {
  const held = new Set();
  /** @type {any[]} */
  const released = [];
  /** @type {(() => void)[]} */
  const ends = [];
  const gate = {
    isOpen: true,
    allows: () => true,
    tell() {},
    atBegin() {},
    atEnd: (/** @type {() => void} */ work) => ends.push(work),
  };
  const reads = {
    next: () => 7,
    hold: (/** @type {number} */ id) => held.add(id),
    release: (/** @type {number} */ id) => released.push(id),
  };
  const prefetches = new Prefetches(/** @type {any} */ (gate), /** @type {any} */ (reads));
  const done = prefetches.prefetch('https://a.test/', {});
  assert.deepEqual([...held], [7]);
  prefetches.end(7, 0);
  assert.equal((await done).status, 'fetched');
  for (const end of ends) {
    end();
  }
  assert.deepEqual(released, [7]);
});
