// The bug that everfresh was made for: a writer saves, refreshes, and sees the old text.
import assert from 'node:assert/strict';
import { Key } from 'selenium-webdriver';
import { suite } from './support/suite.mjs';
import { until } from './support/until.mjs';
import { watch } from './support/watch.mjs';

const SCENE = '/studio/api/scenes/1';
const EDITOR = '/studio/?story=42&chapter=1&scene=1';
const TEXT = 'The lamp was lit before anyone had climbed the stairs.';

suite((scenario) => {
  scenario('P4: an edit is there after a refresh that follows the answer', async (site) => {
    const { page } = site;
    await edit(site);
    await page.press(Key.CONTROL, 's');
    await page.says('status-scene', /^Saved/);
    await page.refresh();
    await page.has('scene-text', 'value', TEXT);
    await page.badge('scene', 'network');
    await watch(site, SCENE, 2);
  });

  scenario('P4: an edit is there after a refresh in the moment of saving', async (site) => {
    const { page } = site;
    await edit(site);
    await page.click('scene-save');
    await page.refresh();
    await shows(site);
  });

  for (const latency of [1500, 3000]) {
    scenario(
      `P4: an edit is there after a refresh that overtakes a write of ${latency} ms`,
      async (site) => {
        const { page, demo } = site;
        await edit(site);
        await demo.set({ writeLatencyMs: latency });
        await page.click('scene-save');
        await demo.receives('PATCH', SCENE);
        await page.refresh();
        assert.equal(await demo.version(SCENE), 1, 'the refresh came before the write was done');
        await shows(site);
      },
    );
  }

  scenario(
    'P4: an edit is there after two refreshes and a visit elsewhere while it was written',
    async (site) => {
      const { page, demo } = site;
      await edit(site);
      await demo.set({ writeLatencyMs: 3000 });
      await page.click('scene-save');
      await demo.receives('PATCH', SCENE);
      await page.refresh();
      await page.open('/community/');
      await page.open(EDITOR);
      await shows(site);
    },
  );

  scenario('P4: an edit is there where its answer was lost after it was done', async (site) => {
    const { page, demo } = site;
    await edit(site);
    await demo.set({ dropNextAnswers: 1 });
    await page.click('scene-save');
    await page.says('status-scene', /your text was saved/);
    await page.has('scene-text', 'value', TEXT);
    assert.equal(await demo.version(SCENE), 2);
    await watch(site, SCENE, 2);
    await page.refresh();
    await shows(site);
  });

  scenario('P4: an edit is there after a refresh where its answer was lost, late', async (site) => {
    const { page, demo } = site;
    await edit(site);
    await demo.set({ dropNextAnswers: 1, writeLatencyMs: 1500 });
    await page.click('scene-save');
    await demo.receives('PATCH', SCENE);
    await page.refresh();
    await shows(site);
  });

  scenario('P2: a slow read that overlapped a write is not kept', async ({ page, demo }) => {
    await page.open(EDITOR);
    await page.listen();
    const url = '/studio/api/scenes/5';
    await demo.set({ lateMs: 2500 });
    await page.run((url) => {
      globalThis.slow = fetch(url).then((response) => response.json());
    }, url);
    await demo.receives('GET', url);
    const { status } = await page.write('PATCH', url, { text: TEXT });
    assert.equal(status, 200);
    const late = await page.run(() => globalThis.slow);
    assert.equal(late.version, 1, 'the slow answer was made before the write');
    await demo.set({ lateMs: 0 });

    assert.equal((await page.events('late-fill')).length, 1);
    const first = await page.read(url);
    assert.equal(first.from, 'network');
    assert.equal(JSON.parse(first.text).text, TEXT);
    const second = await page.read(url);
    assert.equal(second.from, 'memory');
    assert.equal(JSON.parse(second.text).text, TEXT);
  });

  scenario(
    'P1: a read that starts after a write joins no request from before it',
    async ({ page, demo }) => {
      await page.open(EDITOR);
      const url = '/studio/api/scenes/5';
      await demo.set({ lateMs: 2500 });
      await page.run((url) => {
        globalThis.slow = fetch(url).then((response) => response.json());
      }, url);
      await demo.receives('GET', url);
      await page.write('PATCH', url, { text: TEXT });
      await demo.set({ lateMs: 0 });
      const [next, slow] = await page.run(async (url) => {
        const next = await (await fetch(url)).json();
        return [next, await globalThis.slow];
      }, url);
      assert.deepEqual([slow.version, next.version], [1, 2]);
    },
  );

  scenario('P1: a write that fails says so and loses nothing', async (site) => {
    const { page, demo } = site;
    await edit(site);
    await demo.set({ failNextWrites: 1 });
    await page.press(Key.CONTROL, 's');
    await page.says('status-scene', /^Not saved/);
    await page.has('scene-text', 'value', TEXT);
    assert.equal(await demo.version(SCENE), 1);
    await page.click('retry-scene');
    await page.says('status-scene', /^Saved/);
    assert.equal((await demo.read(SCENE)).text, TEXT);
    await page.refresh();
    await page.has('scene-text', 'value', TEXT);
  });

  scenario(
    'P1: text that is not saved yet survives another scene and a write elsewhere',
    async (site) => {
      const { page } = site;
      await edit(site);
      await page.click('scene-2');
      await until(
        async () => (await page.driver.getCurrentUrl()).includes('scene=2'),
        'scene 2 is open',
      );
      await page.write('PATCH', SCENE, { title: 'Changed elsewhere' });
      await page.click('scene-1');
      await page.has('scene-text', 'value', TEXT);
      await page.press(Key.CONTROL, 's');
      await page.says('status-scene', /^Saved/);
    },
  );
});

/**
 * Opens the editor, with everything in both layers, and writes a new text.
 *
 * @param {import('./support/suite.mjs').Site} site
 */
async function edit({ page }) {
  await page.open(EDITOR);
  await page.holds([
    '/studio/api/stories',
    '/studio/api/stories/42',
    '/studio/api/chapters/1',
    SCENE,
  ]);
  await page.type('scene-text', TEXT);
  await page.says('status-scene', /^Unsaved/);
}

/**
 * Reads until the edit is there, then refreshes and looks at the editor.
 *
 * @param {import('./support/suite.mjs').Site} site
 */
async function shows(site) {
  const { page, demo } = site;
  await watch(site, SCENE, 2);
  assert.equal((await demo.read(SCENE)).text, TEXT);
  await page.refresh();
  await page.has('scene-text', 'value', TEXT);
}
