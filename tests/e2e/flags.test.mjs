// Feature flags: each turns off what it names, and nothing else, while a page runs.
import assert from 'node:assert/strict';
import { cached, flagged, readBy, say } from './support/flags.mjs';
import { append, change, edit, LIST, listed, settled } from './support/list.mjs';
import { Overlay } from './support/overlay.mjs';
import { suite } from './support/suite.mjs';
import { until } from './support/until.mjs';

const ITEM = '/lab/data/item';
const OFF = { enabled: false };
const ON = { enabled: true };

suite((scenario) => {
  scenario(
    'P7: wrapFetch off, the page has its own fetch, and the cache its queries',
    async (site) => {
      const lab = await flagged(site, {});
      const { page } = lab;
      await say(lab, { wrapFetch: false });
      assert.equal(await page.run(() => globalThis.demo.cache.installed), false);
      lab.data.set(ITEM, 1);
      assert.equal((await page.read(ITEM)).from, 'network');
      assert.equal((await page.run(readBy, 'fetch', ITEM)).status, null);
      await page.run(readBy, 'cache.fetch', ITEM);
      const status = /** @type {string} */ ((await page.run(readBy, 'cache.fetch', ITEM)).status);
      assert.match(status, /everfresh; hit/);
      await say(lab, { wrapFetch: true });
      assert.equal(await page.run(() => globalThis.demo.cache.installed), true);
      await page.run(() => globalThis.demo.cache.uninstall());
      await say(lab, { wrapFetch: false, metrics: false });
      await say(lab, { wrapFetch: true });
      // The page itself does not want it any more.
      assert.equal(await page.run(() => globalThis.demo.cache.installed), false);
    },
  );

  scenario('P7: persist off, memory alone serves', async (site) => {
    const lab = await flagged(site, {});
    await lab.keeps(LIST);
    await say(lab, { persist: false });
    lab.data.set(ITEM, 1);
    await lab.page.read(ITEM);
    await cached(lab, ITEM);
    await lab.page.run(() => globalThis.demo.cache.host.flush());
    assert.deepEqual((await lab.page.layers()).items, []);
    await say(lab, { persist: true });
    await cached(lab, ITEM);
    await lab.keeps(ITEM);
  });

  scenario('P5: optimistic off, a change is shown once it is there', async (site) => {
    const lab = await flagged(site, {});
    await change(lab, 'shown', append('shown'));
    await lab.shows(LIST, [1, 'shown']);
    await say(lab, { optimistic: false });
    await lab.shows(LIST, [1]);
    await change(lab, 'hidden', append('hidden'));
    const [shown, hidden] = [await lab.write('/lab/shown'), await lab.write('/lab/hidden')];
    assert.deepEqual((await lab.views(LIST)).at(-1), [1]);
    await say(lab, { optimistic: true });
    await lab.shows(LIST, [1, 'shown', 'hidden']);
    lab.data.set(LIST, [1, 'shown', 'hidden']);
    shown.answer();
    hidden.answer();
    await settled(lab);
  });

  scenario(
    'P6: outbox off, what is durable is sent as all else, and what is stored still goes out',
    async (site) => {
      const lab = await flagged(site, {});
      await lab.page.run(() => globalThis.lab.online(false));
      await edit(lab, ['stored']);
      assert.equal((await lab.stored()).length, 1);
      await say(lab, { outbox: false });
      await lab.page.run(() => globalThis.lab.online(true));
      (await lab.write('/lab/stored')).answer();
      await lab.outcome('stored');
      await edit(lab, ['plain']);
      const plain = await lab.write('/lab/plain');
      assert.deepEqual(await lab.stored(), []);
      // Browsers send it once more of themselves where a connection that was in use before is lost.
      lab.auto = () => null;
      plain.answer(null);
      assert.equal((await lab.outcome('plain')).code, 'TypeError');
      lab.auto = () => undefined;
      await say(lab, { outbox: true });
      await edit(lab, ['again']);
      const again = await lab.write('/lab/again');
      assert.equal((await lab.stored()).length, 1);
      again.answer();
      await lab.rests();
    },
  );

  scenario('P9: prefetch off, nothing is asked for ahead of time', async (site) => {
    const lab = await flagged(site, { prefetch: false });
    lab.data.set(ITEM, 1);
    const prefetch = () => lab.page.run((url) => globalThis.demo.cache.prefetch(url), ITEM);
    assert.deepEqual(await prefetch(), { url: ITEM, status: 'skipped', reason: 'off' });
    assert.equal(lab.reads(ITEM), 0);
    await say(lab, { prefetch: true });
    assert.equal((await prefetch()).status, 'fetched');
    await say(lab, OFF);
    assert.equal((await prefetch()).reason, 'off');
    await say(lab, ON);
    assert.notEqual((await prefetch()).status, 'skipped');
    assert.equal(lab.reads(ITEM), 2);
  });

  scenario('P7: push off, nobody listens to the server', async (site) => {
    const head = `<script>
      globalThis.sources = [];
      globalThis.EventSource = class extends EventSource {
        constructor(...args) { super(...args); sources.push(this); }
      };
    </script>`;
    const lab = await flagged(site, { push: false }, { head, options: `push: '/lab/events',` });
    const open = () =>
      lab.page.run(() => globalThis.sources.filter(({ readyState }) => readyState !== 2).length);
    assert.equal(await open(), 0);
    for (const name of ['push', 'enabled']) {
      const asked = lab.reads('/lab/events');
      // A connection that is there until somebody ends it.
      lab.relay.hold('GET /lab/events', 'request');
      await say(lab, { [name]: true });
      await until(() => lab.reads('/lab/events') > asked, 'the server is listened to');
      assert.equal(await open(), 1, name);
      await say(lab, { [name]: false });
      assert.equal(await open(), 0, name);
    }
  });

  scenario('overlay off, it can not be opened, and is closed where it was', async (site) => {
    const lab = await flagged(site, {});
    const { page } = lab;
    const open = () =>
      page.run(() =>
        globalThis.demo.cache.devtools.open().then(
          () => 'open',
          ({ code }) => code,
        ),
      );
    const shown = () => page.run(() => document.querySelector('everfresh-devtools') !== null);
    assert.equal(await open(), 'open');
    assert.equal(await shown(), true);
    await say(lab, { overlay: false });
    assert.equal(await shown(), false);
    assert.equal(await open(), 'devtools-off');
    await say(lab, { overlay: true });
    assert.equal(await open(), 'open');
  });

  scenario(
    'the overlay says what is off, and goes on where the cache begins anew',
    async (site) => {
      const lab = await flagged(site, {});
      const overlay = await new Overlay(lab.page).open('overview');
      await say(lab, { persist: false, prefetch: false });
      await overlay.says('flags-off', 'Turned off by feature flags: persist, prefetch.');
      await overlay.click('tab-log');
      await overlay.find('log-count');
      const before = await overlay.text('log-count');
      lab.data.set(ITEM, 1);
      await lab.page.read(ITEM);
      await until(async () => (await overlay.text('log-count')) !== before, 'the log goes on');
    },
  );

  scenario('metrics off, nothing is measured over time', async (site) => {
    const lab = await flagged(site, { metrics: false });
    const { page } = lab;
    const measured = () =>
      page.run(async () => {
        const { layers, groups } = await globalThis.demo.cache.report();
        return JSON.stringify(groups ?? layers);
      });
    await page.readAll([LIST, LIST]);
    const none = await measured();
    await page.readAll([LIST, LIST]);
    assert.equal(await measured(), none);
    await say(lab, { metrics: true });
    await page.readAll([LIST, LIST]);
    await until(async () => (await measured()) !== none, 'something is measured');
  });

  scenario(
    'a percentage keeps a client on its side, and what is no flag is told of',
    async (site) => {
      const lab = await listed(site, [1], {
        options: `flags: { prefetch: 50, client: 'user-7' },`,
      });
      const side = () => lab.page.run(() => globalThis.demo.cache.flags.prefetch);
      const first = await side();
      await lab.page.refresh();
      assert.equal(await side(), first);
      const code = await lab.page.run(() =>
        globalThis.lab.everfresh.createCache({ flags: { prefetch: 101 } }).then(
          () => '',
          ({ code, message }) => `${code}: ${message}`,
        ),
      );
      assert.equal(
        code,
        'config-invalid: flags: prefetch: must be true, false or a percentage from 0 to 100',
      );
    },
  );
});
