// The kill switch: what is turned off while a page runs is off, and what comes back has missed nothing.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { copyOf } from './support/copies.mjs';
import { cached, FLAGS, flagged, heard, keptBodies, readBy, say } from './support/flags.mjs';
import { change, edit, LIST, listed, settled } from './support/list.mjs';
import { built } from './support/paths.mjs';
import { suite } from './support/suite.mjs';
import { until } from './support/until.mjs';

const ITEM = '/lab/data/item';
const OFF = { enabled: false };
const ON = { enabled: true };
const HOUR = 3_600_000;

/** Pages begin without a network while a tab is said to have none. */
const OFFLINE = `<script>
  if (sessionStorage.offline) Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => false });
</script>`;

suite((scenario) => {
  scenario(
    'P7: turned off, it is as if there were no cache; back, nothing of before counts',
    async (site) => {
      const lab = await flagged(site, {});
      const { page } = lab;
      lab.data.set(ITEM, ['before']);
      await page.read(ITEM);
      await lab.keeps(ITEM);
      assert.equal((await page.read(ITEM)).from, 'memory');

      await say(lab, { ...OFF, wrapFetch: false });
      await say(lab, OFF);
      assert.equal(await page.run(() => globalThis.demo.cache.installed), false);
      assert.deepEqual((await page.layers()).items, []);
      // Nor is any of it kept in memory (P10).
      assert.equal(await page.run(keptBodies), 0);
      for (const by of ['fetch', 'cache.fetch']) {
        const answer = await page.run(readBy, by, ITEM);
        assert.deepEqual(answer, { status: null, text: '["before"]' }, by);
      }
      // Nobody sees this write.
      lab.data.set(ITEM, ['after']);
      lab.data.set(LIST, [1, 2]);
      lab.auto = () => ({});
      await page.run(async () => {
        await fetch('/lab/x', { method: 'POST' });
        await globalThis.demo.cache.fetch('/lab/x', { method: 'POST' });
      });
      assert.deepEqual(
        await page.run(() =>
          Object.keys(localStorage).filter((name) => name.startsWith('everfresh:early')),
        ),
        [],
      );
      await say(lab, ON);
      assert.equal(await page.run(() => globalThis.demo.cache.installed), true);
      const read = await page.read(ITEM);
      assert.deepEqual([read.from, read.text], ['network', '["after"]']);
      // What is watched is watched on.
      await lab.shows(LIST, [1, 2]);
      await cached(lab, ITEM);
    },
  );

  scenario('P7: what another cache has kept meanwhile counts for nothing, either', async (site) => {
    const elsewhere = `${(await site.server({ cors: '*' })).origin}/studio/api/scenes/1`;
    const rules = [LIST, elsewhere].map((match) => ({ match, staleTime: HOUR, persist: true }));
    const options = `settleMs: 1, scope: undefined, rules: ${JSON.stringify(rules)},`;
    // The page's own cache knows of no flags.
    const lab = await listed(site, [1], { options });
    const { page } = lab;
    const say = async (/** @type {Record<string, boolean>} */ flags) => {
      lab.data.set(FLAGS, { version: 1, flags });
      const is = () => page.run((on) => globalThis.other.flags.enabled === on, flags.enabled);
      await until(is, 'it has heard');
    };
    const make = { rules, settleMs: 1, flags: { url: FLAGS, interval: 100 } };
    lab.data.set(FLAGS, { version: 1, flags: ON });
    await page.run(async (options) => {
      globalThis.other = await globalThis.lab.everfresh.createCache(options);
    }, make);
    await say(OFF);
    // The first answer may come before the page's own has seen that storage was emptied.
    const kept = async () => {
      await page.read(elsewhere);
      return page.run(
        (url) => globalThis.demo.cache.entries().some((e) => e.url === url && e.storage),
        elsewhere,
      );
    };
    await until(kept, 'the page’s own has stored it');
    await say(ON);
    const status = await page.run(async (url) => {
      const response = await globalThis.other.fetch(url);
      return response.headers.get('cache-status');
    }, elsewhere);
    assert.equal(status, null);
  });

  scenario(
    'P3: what is written once it is back counts in a cache that was on all the time',
    async (site) => {
      const lab = await flagged(site, {}, { options: 'settleMs: 1,' });
      const { page } = lab;
      lab.auto = () => ({ headers: { 'x-cache-invalidate': '*' } });
      lab.data.set(ITEM, ['before']);
      // Both have numbers for what is written.
      await beside(lab);
      for (const path of ['/lab/one', '/lab/two', '/lab/three']) {
        await page.write('POST', path, {});
      }
      await say(lab, OFF);
      await say(lab, ON);
      await beside(lab);
      lab.data.set(ITEM, ['after']);
      await page.write('POST', '/lab/four', {});
      const read = () => page.run(async (url) => (await globalThis.other.fetch(url)).text(), ITEM);
      await until(async () => (await read()) === '["after"]', 'the other one has heard of it');
    },
  );

  scenario(
    'P1: a write that nobody saw, and that is still under way, makes nothing old',
    async (site) => {
      const lab = await flagged(site, {}, { options: 'settleMs: 600000,' });
      const { page } = lab;
      lab.data.set(ITEM, ['before']);
      await say(lab, OFF);
      await page.run(() => {
        globalThis.written = fetch('/lab/write', { method: 'POST' }).then(() => true);
      });
      const write = await lab.write('/lab/write');
      await say(lab, ON);
      assert.equal((await page.read(ITEM)).text, '["before"]');
      lab.data.set(ITEM, ['after']);
      write.answer();
      await page.run(() => globalThis.written);
      assert.equal((await page.read(ITEM)).text, '["after"]');
    },
  );

  scenario(
    'P7: with the cache off, what is watched is fetched when the page asks for it',
    async (site) => {
      const lab = await flagged(site, {});
      await say(lab, OFF);
      lab.data.set(LIST, [1, 2]);
      await lab.page.run((key) => globalThis.lab.watches[key].refetch(), LIST);
      await lab.shows(LIST, [1, 2]);
      lab.auto = ({ body }) => {
        lab.data.set(LIST, [1, 2, body.name]);
        return {};
      };
      await change(lab, 'three');
      await lab.outcome('three');
      await lab.shows(LIST, [1, 2, 'three']);
      lab.data.set(LIST, [4]);
      await lab.page.run((key) => globalThis.demo.cache.invalidateKey(key), LIST);
      await lab.shows(LIST, [4]);
    },
  );

  scenario('P7: a page that begins while it is off begins without a cache', async (site) => {
    const lab = await flagged(site, OFF);
    assert.equal(await lab.page.run(() => globalThis.demo.cache.installed), false);
    assert.equal((await lab.page.read(LIST)).from, 'network');
    await lab.page.refresh();
    // By the last good answer, whatever becomes of the server.
    assert.equal(await lab.page.run(() => globalThis.demo.cache.flags.enabled), false);
    lab.data.set(LIST, [2]);
    await say(lab, ON);
    await lab.shows(LIST, [2]);
  });

  scenario(
    'P7: without its script nobody knows whether the cache is wanted, and there is none',
    async (site) => {
      const packaged = copyOf(site, built);
      rmSync(join(packaged, 'everfresh.flags.js'));
      const lab = await flagged(site, {}, { packaged });
      const { failure, installed } = await lab.page.run(() => {
        const { failure, installed } = globalThis.demo.cache;
        return { failure: failure.code, installed };
      });
      assert.deepEqual([failure, installed], ['wasm-unavailable', false]);
      assert.equal((await lab.page.read(LIST)).from, 'network');
    },
  );

  scenario('P7: the server of the flags is down, and all else goes on', async (site) => {
    const lab = await flagged(site, { prefetch: false });
    lab.data.delete(FLAGS);
    await lab.page.refresh();
    assert.equal(await lab.page.run(() => globalThis.demo.cache.flags.prefetch), false);
    await lab.keeps(LIST);
    assert.notEqual((await lab.page.read(LIST)).from, 'network');
    // Nor was anything ever heard from it.
    await lab.page.run(() => localStorage.clear());
    await lab.page.refresh();
    assert.deepEqual(
      await lab.page.run(() => {
        const { prefetch, enabled } = globalThis.demo.cache.flags;
        return { prefetch, enabled };
      }),
      { prefetch: true, enabled: true },
    );
    assert.ok(lab.reads(FLAGS) > 1);
    await say(lab, { prefetch: false });
  });

  scenario(
    'P6: what is pending when it is turned off is sent once it is back, in order',
    async (site) => {
      const lab = await flagged(site, {}, { head: OFFLINE });
      await lab.keeps(LIST);
      await offline(lab, true);
      await edit(lab, ['one', 'two', 'three'], { scope: { id: 'list' } });
      await lab.shows(LIST, [1, 'one', 'two', 'three']);
      const stored = await lab.stored();
      assert.equal(stored.length, 3);
      // Nobody waits for them after this.
      await lab.page.refresh();
      await say(lab, OFF);
      await offline(lab, false);
      await lab.page.refresh();
      await heard(lab, OFF);
      assert.deepEqual(await lab.stored(), stored);
      assert.deepEqual(lab.order, []);
      lab.auto = ({ body }) => {
        lab.data.set(LIST, [.../** @type {unknown[]} */ (lab.data.get(LIST)), body.name]);
        return {};
      };
      await say(lab, ON);
      await settled(lab);
      assert.deepEqual(lab.data.get(LIST), [1, 'one', 'two', 'three']);
      assert.deepEqual(lab.order, ['/lab/one', '/lab/two', '/lab/three']);
      assert.deepEqual(await lab.stored(), []);
    },
  );

  scenario(
    'P6: who waits for what is under way hears how it ended, and it takes effect once',
    async (site) => {
      const lab = await flagged(site, {});
      /** By key, as a server does that knows them. */
      const done = new Map();
      await edit(lab, ['one', 'two'], { scope: { id: 'list' } });
      const one = await lab.write('/lab/one');
      await say(lab, OFF);
      const perform = (/** @type {import('./support/lab.mjs').Write} */ { key, body }) => {
        if (!done.has(key)) {
          done.set(key, body.name);
          lab.data.set(LIST, [1, ...done.values()]);
        }
        return { body: { name: done.get(key) } };
      };
      lab.auto = perform;
      one.answer(perform(one));
      assert.deepEqual(await lab.outcome('one'), { data: { name: 'one' } });
      assert.deepEqual(await lab.outcome('two'), { data: { name: 'two' } });
      await say(lab, ON);
      await settled(lab);
      assert.deepEqual(lab.data.get(LIST), [1, 'one', 'two']);
      assert.deepEqual(await lab.stored(), []);
      assert.deepEqual(await lab.list(), []);
    },
  );

  scenario(
    'P6: what is under way from before it went off to after is nothing new',
    async (site) => {
      const lab = await flagged(site, {});
      const { page } = lab;
      await edit(lab, ['one']);
      const before = await lab.write('/lab/one');
      await page.run((key) => {
        const controller = new AbortController();
        globalThis.giveUp = () => controller.abort();
        const request = { url: '/lab/two', body: {} };
        const optimistic = { key, update: { op: 'append', item: 'two' } };
        globalThis.lab.send('two', { request, optimistic, signal: controller.signal });
      }, LIST);
      const two = await lab.write('/lab/two');
      await say(lab, OFF);
      await say(lab, ON);
      // The outbox has it from storage, and sends it by the same key.
      const after = await lab.write('/lab/one');
      assert.equal(after.key, before.key);
      before.answer();
      assert.deepEqual(await lab.outcome('one'), { data: {} });
      const pending = async () => (await lab.list()).map(({ url }) => new URL(url).pathname).sort();
      assert.deepEqual(await pending(), ['/lab/one', '/lab/two']);
      await page.run(() => globalThis.giveUp());
      assert.equal((await lab.outcome('two')).code, 'AbortError');
      await until(() => two.asked.isCut, 'the request is broken off');
      assert.deepEqual(await pending(), ['/lab/one']);
      lab.data.set(LIST, [1, 'one']);
      after.answer();
      await settled(lab);
      const types = await page.run(() => globalThis.lab.events.map(({ type }) => type));
      const since = types.slice(types.lastIndexOf('flags'));
      assert.ok(since.includes('mutation'), `listeners hear of it: ${since}`);
    },
  );

  scenario(
    'P1: a write that was under way all the time counts when it is answered',
    async (site) => {
      const lab = await flagged(site, {}, { options: 'settleMs: 1,' });
      const { page } = lab;
      lab.data.set(ITEM, ['before']);
      await page.run(() => {
        globalThis.written = fetch('/lab/write', { method: 'POST' }).then(() => true);
      });
      const write = await lab.write('/lab/write');
      await say(lab, OFF);
      await say(lab, ON);
      for (const { from, text } of await page.readAll([ITEM, ITEM])) {
        assert.deepEqual([from, text], ['network', '["before"]']);
      }
      lab.data.set(ITEM, ['after']);
      write.answer({ headers: { 'x-cache-invalidate': '*' } });
      await page.run(() => globalThis.written);
      assert.equal((await page.read(ITEM)).text, '["after"]');
    },
  );

  scenario(
    'P8: who signed in while it was off is given nothing of this page, nor it of them',
    async (site) => {
      const { driver } = site;
      const lab = await flagged(site, {});
      const first = await driver.getWindowHandle();
      await say(lab, OFF);
      await driver.switchTo().newWindow('tab');
      await lab.open([LIST], 'bob');
      const second = await driver.getWindowHandle();
      lab.data.set(FLAGS, { version: 1, flags: ON });
      await heard(lab, ON);
      await lab.keeps(LIST);
      await driver.switchTo().window(first);
      // It has heard of it by now, and stays off: this page is still that of somebody else.
      const asked = lab.reads(FLAGS);
      await until(() => lab.reads(FLAGS) > asked + 1, 'the server was asked again');
      assert.equal(await lab.page.run(() => globalThis.demo.cache.flags.enabled), false);
      assert.equal((await lab.page.read(LIST)).from, 'network');
      await lab.page.run(() => globalThis.demo.cache.setScope({ id: 'bob' }));
      await heard(lab, ON);
      await driver.switchTo().window(second);
      await cached(lab, LIST);
    },
  );

  scenario('P3: what one tab is told counts in all at once', async (site) => {
    const { driver } = site;
    const lab = await flagged(site, {}, { interval: 3_600_000 });
    const first = await driver.getWindowHandle();
    await driver.switchTo().newWindow('tab');
    await lab.open([LIST]);
    lab.data.set(FLAGS, { version: 1, flags: OFF });
    // As the tab does whose turn it is to ask.
    await lab.page.run(() => localStorage.removeItem('everfresh:flags'));
    await lab.page.refresh();
    await heard(lab, OFF);
    await driver.switchTo().window(first);
    await heard(lab, OFF);
    assert.deepEqual((await lab.page.layers()).items, []);
  });
});

/**
 * Reads the item with another cache in the same page, which knows of no flags.
 *
 * @param {import('./support/lab.mjs').Lab} lab
 */
async function beside({ page }) {
  await page.run(async (url) => {
    const { createCache } = globalThis.lab.everfresh;
    const rules = [{ match: '/lab/data/*', staleTime: 3_600_000, persist: true }];
    globalThis.other ??= await createCache({ rules, scope: { id: 'ada' }, settleMs: 1 });
    await (await globalThis.other.fetch(url)).text();
  }, ITEM);
}

/** @param {import('./support/lab.mjs').Lab} lab @param {boolean} is */
async function offline({ page }, is) {
  await page.run((is) => {
    sessionStorage.offline = is ? '1' : '';
    globalThis.lab.online(!is);
  }, is);
}
