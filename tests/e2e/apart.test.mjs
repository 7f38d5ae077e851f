// Pages that do as they like: they patch fetch after us, listen badly, install twice, uninstall in the middle.
import assert from 'node:assert/strict';
import { Relay } from './support/relay.mjs';
import { suite } from './support/suite.mjs';
import { until } from './support/until.mjs';
import { watch } from './support/watch.mjs';

const EDITOR = '/studio/?story=42&chapter=1&scene=1';
const SCENE = '/studio/api/scenes/1';
const OTHER = '/studio/api/scenes/2';
const THIRD = '/studio/api/scenes/3';
const SHOWN = ['/studio/api/stories', '/studio/api/stories/42', '/studio/api/chapters/1', SCENE];

suite((scenario) => {
  scenario(
    'P7: a listener that throws harms neither fetch nor other listeners',
    async ({ page }) => {
      await page.open(EDITOR);
      await page.run(() => {
        globalThis.reported = [];
        addEventListener('error', (event) => {
          event.preventDefault();
          globalThis.reported.push(event.message);
        });
        globalThis.demo.cache.events(() => {
          throw new Error('thrown by a listener');
        });
      });
      await page.listen();
      assert.equal((await page.read(OTHER)).status, 200);
      assert.equal((await page.write('PATCH', OTHER, { title: 'Other' })).status, 200);
      assert.equal(JSON.parse((await page.read(OTHER)).text).title, 'Other');
      assert.equal((await page.events('miss')).length, 2);
      const reported = await page.run(() => globalThis.reported);
      assert.ok(reported.length >= 2);
      for (const message of reported) {
        // Of what WebDriver ran, browsers tell no more.
        assert.match(message, /thrown by a listener|Script error/);
      }
    },
  );

  scenario('P7: a page may patch fetch after us', async ({ page, demo }) => {
    await page.open(EDITOR);
    await page.holds(SHOWN);
    await page.run(() => {
      const ours = globalThis.fetch;
      globalThis.calls = 0;
      globalThis.patched = (/** @type {[any, any?]} */ ...args) => {
        globalThis.calls += 1;
        return ours(...args);
      };
      globalThis.fetch = globalThis.patched;
    });
    assert.equal((await page.read(SCENE)).from, 'memory', 'what they hold is ours');
    assert.equal((await page.write('PATCH', SCENE, { title: 'New' })).status, 200);
    await watch({ page, demo }, SCENE, 2);
    const calls = await page.run(() => {
      globalThis.demo.cache.uninstall();
      return globalThis.calls;
    });
    const reads = await page.readAll([SCENE, SCENE]);
    assert.deepEqual(
      reads.map(({ from }) => from),
      ['network', 'network'],
      'and it is transparent now',
    );
    const after = await page.run(() => [globalThis.fetch === globalThis.patched, globalThis.calls]);
    assert.deepEqual(after, [true, calls + 2], 'theirs stays');
    await page.holds([]);
  });

  scenario('P7: installed twice is installed once', async ({ page, demo, driver }) => {
    await driver.get(`${demo.origin}/no-such-page`);
    const seen = await page.run(async (url) => {
      const native = globalThis.fetch;
      const { install } = await import(String('/pkg/index.js'));
      const options = { rules: [{ match: '/studio/api/*', staleTime: 30000, persist: true }] };
      const first = install(options);
      const ours = globalThis.fetch;
      const second = install(options);
      const same = [first === second, globalThis.fetch === ours];
      const cache = await first;
      cache.install();
      same.push(globalThis.fetch === ours);
      await (await fetch(url)).text();
      await (await fetch(url)).text();
      cache.uninstall();
      same.push(globalThis.fetch === native);
      return same;
    }, SCENE);
    assert.deepEqual(seen, [true, true, true, true]);
    assert.equal((await demo.state()).counts.reads, 1);
  });

  scenario('P7: uninstall() lets what is under way end', async (site) => {
    const relay = await Relay.start(site);
    const page = site.pageOf(relay);
    await page.open(EDITOR);
    await page.holds(SHOWN);
    relay.hold(`GET ${OTHER}`, 'answer');
    relay.hold(`GET ${THIRD}`, 'body');
    relay.hold(`PATCH ${SCENE}`, 'answer');
    await page.run(
      (urls) => {
        const json = (response) => response.json();
        const [other, third, scene] = urls;
        const headers = { 'content-type': 'application/json' };
        const body = JSON.stringify({ title: 'Renamed' });
        globalThis.waiting = [
          fetch(other).then(json),
          // One that joins, and one whose answer has begun.
          fetch(other).then(json),
          fetch(third).then(json),
          fetch(scene, { method: 'PATCH', headers, body }).then(json),
        ];
      },
      [OTHER, THIRD, SCENE],
    );
    await relay.reached(`GET ${OTHER}`, 'answer');
    await relay.reached(`GET ${THIRD}`, 'body');
    await relay.reached(`PATCH ${SCENE}`, 'answer');
    await page.run(() => globalThis.demo.cache.uninstall());
    relay.release(`GET ${OTHER}`, 'answer');
    relay.release(`GET ${THIRD}`, 'body');
    relay.release(`PATCH ${SCENE}`, 'answer');
    const given = await page.run(() => Promise.all(globalThis.waiting));
    assert.deepEqual(
      given.map(({ id, version }) => [id, version]),
      [
        [2, 1],
        [2, 1],
        [3, 1],
        [1, 2],
      ],
    );
    const isEmpty = async () => Object.values(await page.layers()).every((it) => !it.length);
    await until(isEmpty, 'nothing is kept');
    assert.equal((await page.read(SCENE)).from, 'network');
    await page.run(() => globalThis.demo.cache.install());
    await watch({ page, demo: site.demo }, SCENE, 2);
  });
});
