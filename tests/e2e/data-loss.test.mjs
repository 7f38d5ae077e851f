// The bug that everfresh was made for: a writer saves, refreshes, and sees the old text.
import assert from 'node:assert/strict';
import { Key } from 'selenium-webdriver';
import { suite } from './support/suite.mjs';
import { until } from './support/until.mjs';
import { watch } from './support/watch.mjs';

const SCENE = '/studio/api/scenes/1';
const CHAPTER = '/studio/api/chapters/2';
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
    await page.says('status-scene', /^Saved/);
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

  scenario('P2: a slow read that overlapped a write is not kept', async (site) => {
    const { page } = site;
    await overlap(site);
    const { version } = await page.run(() => globalThis.slow);
    assert.equal(version, 1, 'who waited gets the answer from before the write');
    assert.equal((await page.events('late-fill')).length, 1);
    const next = await page.read(CHAPTER);
    assert.deepEqual([next.from, JSON.parse(next.text).version], ['network', 2]);
    const isKept = async () =>
      (await page.events('store')).some(({ url }) => url.endsWith(CHAPTER));
    await until(isKept, 'the new answer is kept');
    const { from, text } = await page.read(CHAPTER);
    assert.deepEqual([from, JSON.parse(text).version], ['memory', 2]);
  });

  scenario('P1: a read after a write joins no request from before it', async (site) => {
    const { page } = site;
    await overlap(site);
    const next = await page.run(async (url) => {
      const { version } = await (await fetch(url)).json();
      return { version, overtaken: globalThis.overtaken };
    }, CHAPTER);
    assert.deepEqual(next, { version: 2, overtaken: true });
    assert.equal((await page.run(() => globalThis.slow)).version, 1);
    const { from, text } = await page.read(CHAPTER);
    assert.deepEqual(
      [from, JSON.parse(text).version],
      ['memory', 2],
      'the late answer took no place',
    );
  });

  scenario('P6: a save that the server fails is sent again, and done once', async (site) => {
    const { page, demo } = site;
    await edit(site);
    await demo.set({ failNextWrites: 2 });
    await page.press(Key.CONTROL, 's');
    await page.says('status-scene', /^Kept in this browser/);
    await page.refresh();
    await page.has('scene-text', 'value', TEXT);
    await page.sent();
    assert.equal((await demo.read(SCENE)).text, TEXT);
    assert.equal(await demo.version(SCENE), 2);
  });

  scenario('P6: a save that is refused says so and loses nothing', async (site) => {
    const { page, demo } = site;
    await edit(site);
    await demo.set({ refuseNextWrites: 1 });
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
 * Asks for a chapter whose answer is made before a write to one of its scenes, and arrives some seconds after it.
 *
 * @param {import('./support/suite.mjs').Site} site
 */
async function overlap({ page, demo }) {
  await page.open(EDITOR);
  await page.listen();
  await demo.set({ lateMs: 4000 });
  await page.run((url) => {
    globalThis.overtaken = true;
    globalThis.slow = fetch(url).then((response) => {
      globalThis.overtaken = false;
      return response.json();
    });
  }, CHAPTER);
  await demo.receives('GET', CHAPTER);
  await demo.set({ lateMs: 0 });
  const { status } = await page.write('PATCH', '/studio/api/scenes/5', { text: TEXT });
  assert.equal(status, 200);
  assert.ok(await page.run(() => globalThis.overtaken), 'the write was answered first');
}

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
 * Reads until the edit is there, and nothing is sent any more, then refreshes and looks at the editor.
 *
 * @param {import('./support/suite.mjs').Site} site
 */
async function shows(site) {
  const { page, demo } = site;
  await watch(site, SCENE, 2);
  await page.sent();
  assert.equal((await demo.read(SCENE)).text, TEXT);
  assert.equal(await demo.version(SCENE), 2, 'it was done once');
  await page.refresh();
  await page.has('scene-text', 'value', TEXT);
}
