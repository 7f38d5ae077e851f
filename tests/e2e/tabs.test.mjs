// Several tabs of one browser: what one of them writes, no other shows as it was.
import assert from 'node:assert/strict';
import { suite } from './support/suite.mjs';
import { twoTabs } from './support/tabs.mjs';
import { until } from './support/until.mjs';

const EDITOR = '/studio/?story=42&chapter=1&scene=1';
const SCENE = '/studio/api/scenes/1';
const OTHER = '/studio/api/scenes/2';
const SHOWN = ['/studio/api/stories', '/studio/api/stories/42', '/studio/api/chapters/1', SCENE];
const TEXT = 'The lamp was lit before anyone had climbed the stairs.';

suite((scenario) => {
  scenario('P3: what one tab saves, another reads anew, and nothing else', async (site) => {
    const { page } = site;
    const [first, second] = await twoTabs(site, EDITOR, SHOWN);
    await page.read(OTHER);
    await first.show();
    await page.read(OTHER);
    assert.equal((await page.read(SCENE)).from, 'memory');
    await second.show();
    assert.equal((await page.write('PATCH', SCENE, { text: TEXT })).status, 200);
    await first.show();
    const [scene, other] = await page.readAll([SCENE, OTHER]);
    assert.equal(scene.from, 'network');
    assert.match(scene.text, new RegExp(TEXT));
    assert.equal(other.from, 'memory');
    assert.equal((await page.read(SCENE)).from, 'memory');
  });

  scenario('P3: a tab hears of it without being asked', async (site) => {
    const { page } = site;
    const [first, second] = await twoTabs(site, EDITOR, SHOWN);
    await first.show();
    await page.run(() => {
      globalThis.heard = new Promise((resolve) =>
        globalThis.demo.cache.events((event) => event.cause === 'peer' && resolve(event.matched)),
      );
    });
    await second.show();
    await page.write('PATCH', SCENE, { text: TEXT });
    await first.show();
    const matched = await page.run(() => globalThis.heard);
    assert.ok(
      matched.some((/** @type {string} */ url) => url.endsWith(SCENE)),
      `${matched}`,
    );
  });

  scenario('P2: an answer that was on its way is not kept by another tab', async (site) => {
    const { page, demo } = site;
    const [first, second] = await twoTabs(site, EDITOR, SHOWN);
    await first.show();
    await page.run(() => globalThis.demo.cache.clear());
    await demo.set({ latencyMs: 1500 });
    await page.run((url) => {
      globalThis.slow = fetch(url).then((response) => response.text());
    }, SCENE);
    await demo.receives('GET', SCENE);
    await second.show();
    await page.write('PATCH', SCENE, { text: TEXT });
    await first.show();
    await page.run(() => globalThis.slow);
    await demo.set({ latencyMs: 0 });
    const scene = await page.read(SCENE);
    assert.equal(scene.from, 'network');
    assert.match(scene.text, new RegExp(TEXT));
  });

  scenario('P3: a page that comes back shows what was saved meanwhile', async (site) => {
    const { page, driver } = site;
    const [first, second] = await twoTabs(site, EDITOR, SHOWN);
    await first.show();
    await driver.get('about:blank');
    await second.show();
    await page.write('PATCH', SCENE, { text: TEXT });
    await first.show();
    await driver.navigate().back();
    await page.ready();
    const scene = await page.read(SCENE);
    assert.match(scene.text, new RegExp(TEXT));
  });

  scenario(
    'P4: the write of a tab that was closed leaves nothing stale in another',
    async (site) => {
      const { page, demo, driver } = site;
      const [first, second] = await twoTabs(site, EDITOR, SHOWN);
      await first.show();
      await demo.set({ writeLatencyMs: 2000 });
      await page.run(
        (url, body) => {
          fetch(url, { method: 'PATCH', body, headers: { 'content-type': 'application/json' } });
        },
        SCENE,
        JSON.stringify({ text: TEXT }),
      );
      await demo.receives('PATCH', SCENE);
      await driver.close();
      await second.show();
      await until(async () => (await demo.version(SCENE)) === 2, 'the write is done');
      for (const scene of await page.readAll([SCENE, SCENE])) {
        assert.match(scene.text, new RegExp(TEXT));
      }
    },
  );
});
