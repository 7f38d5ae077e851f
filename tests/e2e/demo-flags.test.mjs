// The demo under its kill switch: pages that are open go on, with and without a cache.
import assert from 'node:assert/strict';
import { Key } from 'selenium-webdriver';
import { suite } from './support/suite.mjs';
import { until } from './support/until.mjs';

const EDITOR = '/studio/?story=42&chapter=1&scene=1';
const SCENE = '/studio/api/scenes/1';
const STORY = '/studio/api/stories/42';

suite((scenario) => {
  scenario(
    'P7: Studio goes on while the cache is switched off, and when it is back',
    async (site) => {
      const server = await site.server({ push: true });
      const page = site.pageOf(server);
      const turn = async (/** @type {boolean} */ enabled) => {
        const body = JSON.stringify({ client: { enabled } });
        const answer = await fetch(`${server.origin}/_everfresh/flags`, { method: 'PATCH', body });
        assert.equal(answer.status, 200);
        const is = async () =>
          (await page.run(() => globalThis.demo.cache.flags.enabled)) === enabled;
        await until(is, `the page knows that it is ${enabled}`);
        await page.says('cache-state', enabled ? /^Cache on/ : /^Cache off$/);
      };
      const save = async (/** @type {string} */ text) => {
        await page.type('scene-text', text);
        await page.press(Key.CONTROL, 's');
        await page.says('status-scene', /^Saved/);
        assert.equal((await server.read(SCENE)).text, text);
      };
      await page.open(EDITOR);
      await until(async () => (await page.read(STORY)).from !== 'network', 'the story is cached');
      await turn(false);
      assert.equal((await page.read(STORY)).from, 'network');
      await save('Written without a cache.');
      await page.refresh();
      await page.has('scene-text', 'value', 'Written without a cache.');
      assert.deepEqual((await page.layers()).items, []);
      await turn(true);
      await page.has('scene-text', 'value', 'Written without a cache.');
      await save('Written with one.');
      await page.refresh();
      await page.has('scene-text', 'value', 'Written with one.');
    },
  );
});
