// What only the DevTools protocol can bring about: a network that goes away, a renderer that crashes.
import assert from 'node:assert/strict';
import { Key } from 'selenium-webdriver';
import { crashable } from './support/crash.mjs';
import { suite } from './support/suite.mjs';
import { watch } from './support/watch.mjs';

const EDITOR = '/studio/?story=42&chapter=1&scene=1';
const SCENE = '/studio/api/scenes/1';
const SHOWN = ['/studio/api/stories', '/studio/api/stories/42', '/studio/api/chapters/1', SCENE];
const TEXT = 'The lamp was lit before anyone had climbed the stairs.';

suite(
  (scenario) => {
    scenario(
      'P6: a save without a network says so, is kept, and is sent when there is one',
      async ({ page, demo, session }) => {
        await page.open(EDITOR);
        await page.holds(SHOWN);
        await page.type('scene-text', TEXT);
        await connect(session, false);
        await page.press(Key.CONTROL, 's');
        await page.says('status-scene', /^Offline/);
        await page.has('scene-text', 'value', TEXT);
        assert.equal(await demo.version(SCENE), 1);
        await connect(session, true);
        await page.says('status-scene', /^Saved/);
        await page.refresh();
        await page.has('scene-text', 'value', TEXT);
      },
    );

    for (const latency of [1500, 3000]) {
      scenario(
        `P4: a crash while a write of ${latency} ms is under way leaves nothing stale`,
        async (site) => {
          const { demo } = site;
          const { page, crash } = await crashable(site, site.demo);
          await page.open(EDITOR);
          await page.holds(SHOWN);
          await page.type('scene-text', TEXT);
          await demo.set({ writeLatencyMs: latency });
          await page.click('scene-save');
          await demo.receives('PATCH', SCENE);
          await crash();
          await page.open(EDITOR);
          assert.equal(await demo.version(SCENE), 1, 'the write is still under way');
          await watch({ page, demo }, SCENE, 2);
          await page.sent();
          assert.equal(await demo.version(SCENE), 2, 'it was done once');
          await page.refresh();
          await page.has('scene-text', 'value', TEXT);
        },
      );
    }

    scenario('P4: a crash after the answer leaves nothing stale', async (site) => {
      const { page, crash } = await crashable(site, site.demo);
      await page.open(EDITOR);
      await page.holds(SHOWN);
      await page.write('PATCH', SCENE, { text: TEXT });
      await crash();
      await page.open(EDITOR);
      await page.has('scene-text', 'value', TEXT);
      await page.badge('scene', 'network');
      await watch({ page, demo: site.demo }, SCENE, 2);
    });
  },
  { among: ['chromium'] },
);

/**
 * @param {import('./support/session.mjs').Session} session
 * @param {boolean} online
 */
async function connect(session, online) {
  const conditions = { offline: !online, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
  await session.devtools('Network.enable');
  await session.devtools('Network.emulateNetworkConditions', conditions);
}
