// Queries: data of a URL or of any key, asked for, watched, set and forgotten.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { copyOf, pagesBeginningWith } from './support/copies.mjs';
import { built } from './support/paths.mjs';
import { suite } from './support/suite.mjs';
import { TRAPPABLE } from './support/trap.mjs';
import { until } from './support/until.mjs';

const EDITOR = '/studio/?story=42&chapter=1&scene=1';
const SCENE = '/studio/api/scenes/1';
const OTHER = '/studio/api/scenes/2';
const TEXT = 'The lamp was lit before anyone had climbed the stairs.';

suite((scenario) => {
  scenario(
    'P1: what is watched is stale at once when it is written, and then new',
    async (site) => {
      const { page } = site;
      await page.open(EDITOR);
      await watch(page, SCENE);
      await shows(page, (last) => last.data && !last.isFetching);
      const during = await page.run(
        async (url, text) => {
          const { cache } = globalThis.demo;
          const init = { method: 'PATCH', headers: { 'content-type': 'application/json' } };
          await fetch(url, { ...init, body: JSON.stringify({ text }) });
          const { isStale, isFetching } = globalThis.watch.state;
          // An answer that was asked for before the write is not joined.
          const { text: asked } = await cache.query(url);
          return { isStale, isFetching, asked, peeked: cache.peek(url) };
        },
        SCENE,
        TEXT,
      );
      assert.equal(during.isStale, true);
      assert.equal(during.isFetching, true);
      assert.equal(during.asked, TEXT);
      assert.equal(during.peeked.data.text, TEXT);
      await shows(page, (last) => last.data.text === TEXT && !last.isStale);
      const states = await page.run(() => globalThis.states);
      assert.ok(
        states.slice(1).every((/** @type {any} */ { data }) => data),
        'it never goes blank',
      );
    },
  );

  scenario(
    'P3: what another tab writes is fetched here without a word from the page',
    async (site) => {
      const { page, driver } = site;
      await page.open(EDITOR);
      await watch(page, SCENE);
      await shows(page, (last) => last.data && !last.isFetching);
      const first = await driver.getWindowHandle();
      await driver.switchTo().newWindow('tab');
      await page.open(EDITOR);
      await page.write('PATCH', SCENE, { text: TEXT });
      await driver.switchTo().window(first);
      await shows(page, (last) => last.data.text === TEXT && !last.isStale);
    },
  );

  scenario('equal data keeps its references and is not told of', async ({ page }) => {
    await page.open(EDITOR);
    const seen = await page.run(async (url) => {
      const { cache } = globalThis.demo;
      const told = [];
      const all = [];
      const watching = cache.subscribe(url, ({ data }) => told.push(data));
      const other = cache.subscribe(url, (state) => all.push({ ...state }));
      await cache.query(url, { waitForFresh: true });
      const before = watching.state.data;
      other.refetch();
      while (!all.some((state) => state.isFetching && state.data === before)) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      while (other.state.isFetching) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return { same: watching.state.data === before, told: told.filter(Boolean).length };
    }, SCENE);
    assert.deepEqual(seen, { same: true, told: 1 });
  });

  scenario(
    'P2: keys of the page: a fetcher, tags, prefixes, and what is aborted',
    async ({ page }) => {
      await page.open(EDITOR);
      const seen = await page.run(async () => {
        const { cache } = globalThis.demo;
        let count = 0;
        const fetcher = ({ key }) => ({ key, count: ++count });
        const options = { fetcher, staleTime: 60_000, tags: ['user:5'] };
        const key = ['user', { id: 5, a: 1 }];
        const first = await cache.query(key, options);
        const again = await cache.query(['user', { a: 1, id: 5 }], options);
        cache.invalidateTags('user:5');
        const gone = cache.peek(key);
        const second = await cache.query(key, options);
        cache.invalidateKey(['user']);
        const third = await cache.query(key, options);
        cache.invalidateKey(['us']);
        const kept = cache.peek(key)?.data.count;
        const controller = new AbortController();
        let aborted = false;
        const waiting = cache.query('slow', {
          fetcher: ({ signal }) =>
            new Promise(() => signal.addEventListener('abort', () => (aborted = true))),
          signal: controller.signal,
        });
        controller.abort('enough');
        const reason = await waiting.catch((error) => error);
        const error = await cache
          .query('bad', {
            fetcher() {
              throw new Error('broken');
            },
          })
          .catch((error) => error.message);
        return { first, same: first === again, gone, second, third, kept, aborted, reason, error };
      });
      assert.deepEqual(seen.first, { key: ['user', { id: 5, a: 1 }], count: 1 });
      assert.equal(seen.same, true);
      assert.equal(seen.gone, undefined);
      assert.deepEqual([seen.second.count, seen.third.count, seen.kept], [2, 3, 3]);
      assert.deepEqual([seen.aborted, seen.reason, seen.error], [true, 'enough', 'broken']);
    },
  );

  scenario(
    'what the page sets is shown and forgotten, and fetch does not see it',
    async ({ page }) => {
      await page.open(EDITOR);
      const seen = await page.run(async (url) => {
        const { cache } = globalThis.demo;
        const before = await cache.query(url);
        cache.setQueryData(url, (old) => ({ ...old, text: 'mine' }), { staleTime: 60_000 });
        const set = cache.peek(url);
        const fetched = await (await fetch(url)).json();
        cache.setQueryData(url, before, { staleTime: 60_000 });
        cache.remove(url);
        return { set, fetched: fetched.text, before: before.text, removed: cache.peek(url) };
      }, SCENE);
      assert.equal(seen.set.data.text, 'mine');
      assert.equal(seen.set.isStale, false);
      assert.equal(seen.fetched, seen.before);
      assert.equal(seen.removed, undefined);
    },
  );

  scenario('another key is shown beside the data of the one before it', async ({ page }) => {
    await page.open(EDITOR);
    const states = await page.run(
      async (first, second) => {
        const { cache } = globalThis.demo;
        const states = [];
        const watching = cache.subscribe(first, (state) => states.push({ ...state }), {
          keepPreviousData: true,
        });
        const until = async (done) => {
          while (!done(watching.state)) {
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
        };
        await until((state) => state.data?.id === 1);
        watching.setKey(second);
        await until((state) => state.data?.id === 2);
        watching.unsubscribe();
        const controller = new AbortController();
        const { signal } = controller;
        const told = [];
        const ended = cache.subscribe('/studio/api/scenes/3', (state) => told.push(state), {
          signal,
        });
        controller.abort();
        ended.setKey(first);
        await cache.query('/studio/api/scenes/3');
        return [...told, ...states];
      },
      SCENE,
      OTHER,
    );
    const between = states.find((/** @type {any} */ state) => state.isPreviousData);
    assert.equal(between.data.id, 1);
    assert.equal(between.isLoading, true);
    const last = states.at(-1);
    assert.deepEqual([last.data.id, last.isPreviousData], [2, false]);
  });

  scenario('what is stale is fetched when the page is looked at or online again', async (site) => {
    const { page, demo } = site;
    await page.open(EDITOR);
    await watch(page, SCENE);
    await shows(page, (last) => last.data && !last.isFetching);
    for (const event of ['focus', 'online']) {
      await page.run((url) => {
        globalThis.demo.cache.setQueryData(url, { text: 'aged' }, { staleTime: 0 });
        globalThis.demo.cache.remove(url);
      }, SCENE);
      await shows(page, (last) => last.data.text === 'aged');
      const asked = await requests(demo);
      await page.run((event) => dispatchEvent(new Event(event)), event);
      await shows(page, (last) => last.data.text !== 'aged' && !last.isFetching);
      assert.equal(await requests(demo), asked + 1, event);
    }
  });

  scenario('errors have codes, and a listener that throws harms nobody', async ({ page }) => {
    await page.open(EDITOR);
    const seen = await page.run(async (url) => {
      const { cache } = globalThis.demo;
      const code = (/** @type {Promise<unknown>} */ asked) =>
        asked.then(
          () => 'none',
          (error) => `${error.code}: ${error.cause?.status ?? error.message}`,
        );
      const failed = new Promise((resolve) => {
        cache.subscribe('/studio/api/scenes/999999', ({ error }) => error && resolve(error.code));
      });
      const reported = new Promise((resolve) =>
        addEventListener('error', (event) => resolve(event.message), {
          once: true,
        }),
      );
      cache.subscribe(url, () => {
        throw new Error('listener');
      });
      return {
        missing: await code(cache.query('/studio/api/scenes/999999')),
        failed: await failed,
        reported: await reported,
        option: await code(cache.query(url, { staleTime: -1 })),
        keyless: await code(cache.query(['no', 'fetcher'])),
        fine: (await cache.query(url)).id,
      };
    }, SCENE);
    assert.equal(seen.missing, 'http-error: 404');
    assert.equal(seen.failed, 'http-error');
    assert.match(seen.reported, /listener|Script error/);
    assert.match(seen.option, /^config-invalid: staleTime: must be/);
    assert.match(seen.keyless, /^config-invalid: fetcher/);
    assert.equal(seen.fine, 1);
  });

  scenario('P7: a trap leaves no query waiting and no view half-way', async (site) => {
    const server = await site.server({ pages: pagesBeginningWith(site, TRAPPABLE) });
    const page = site.pageOf(server);
    await page.open(EDITOR);
    await server.set({ latencyMs: 1500 });
    await watch(page, OTHER);
    const read = await page.run(async (url) => {
      const { cache } = globalThis.demo;
      const waiting = cache.query(url, { waitForFresh: true, staleTime: 0, dedupingInterval: 0 });
      globalThis.trapped = true;
      const next = cache.query('/studio/api/scenes/3');
      return [(await waiting).id, (await next).id, cache.peek(url) ?? 'nothing'];
    }, SCENE);
    assert.deepEqual(read, [1, 3, 'nothing']);
    await shows(page, (last) => last.data?.id === 2 && !last.isFetching);
  });

  scenario('P7: without wasm, queries and subscriptions work natively', async (site) => {
    const packaged = copyOf(site, built);
    rmSync(join(packaged, 'everfresh.wasm'));
    const server = await site.server({ packaged });
    const page = site.pageOf(server);
    await page.open(EDITOR);
    assert.equal(await page.run(() => globalThis.demo.cache.failure.code), 'wasm-unavailable');
    await watch(page, SCENE);
    await shows(page, (last) => last.data?.id === 1 && !last.isFetching);
    const made = await page.run(async (url) => {
      const { cache } = globalThis.demo;
      return [(await cache.query(url)).id, await cache.query('one', { fetcher: () => 1 })];
    }, SCENE);
    assert.deepEqual(made, [1, 1]);
  });
});

/**
 * Watches a key; its states are kept in `states`.
 *
 * @param {import('./support/page.mjs').Page} page
 * @param {string} key
 */
async function watch(page, key) {
  await page.run((key) => {
    globalThis.states = [];
    globalThis.watch = globalThis.demo.cache.subscribe(key, (state) =>
      globalThis.states.push({ ...state }),
    );
  }, key);
}

/**
 * Waits until the last state is so.
 *
 * @param {import('./support/page.mjs').Page} page
 * @param {(last: any) => unknown} done
 */
async function shows(page, done) {
  let last;
  const shown = async () => {
    last = await page.run(() => globalThis.states.at(-1));
    return last && done(last);
  };
  await until(shown, 'the view shows what is expected');
}

/** @param {import('./support/demo.mjs').Demo} demo */
async function requests(demo) {
  const { log } = await demo.state();
  return log.filter(({ method, path }) => method === 'GET' && path === SCENE).length;
}
