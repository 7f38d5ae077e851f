// Requests and writes that cross each other, in one tab and in two.
import assert from 'node:assert/strict';
import { Relay } from './support/relay.mjs';
import { suite } from './support/suite.mjs';
import { until } from './support/until.mjs';

/** @import { Page } from './support/page.mjs' */
/** @import { Site } from './support/suite.mjs' */

const EDITOR = '/studio/?story=42&chapter=1&scene=1';
const SCENE = '/studio/api/scenes/1';
const OTHER = '/studio/api/scenes/2';
/** The one that scene 5 is in. */
const CHAPTER = '/studio/api/chapters/2';
const SHOWN = ['/studio/api/stories', '/studio/api/stories/42', '/studio/api/chapters/1', SCENE];

suite((scenario, engine) => {
  scenario('P2: an answer from before a write of its tag is not kept', async (site) => {
    const { page, relay } = await opened(site);
    // Neither the map nor the URL tells that these two have to do with each other.
    relay.extra.set(`GET ${OTHER}`, { 'x-cache-tags': 'weather' });
    relay.extra.set(`PATCH ${SCENE}`, { 'x-cache-invalidate': 'weather' });
    await page.listen();
    await begin(page, relay, OTHER);
    await write(page, SCENE);
    relay.release(`GET ${OTHER}`, 'answer');
    await page.run(() => globalThis.slow);
    await until(async () => (await page.events('late-fill')).length === 1, 'it is not kept');
    assert.equal((await read(page, OTHER)).from, 'network');
    await until(async () => (await read(page, OTHER)).from === 'memory', 'the next one is kept');
  });

  scenario('P3: a read joins no request from before the write of another tab', async (site) => {
    const { page, relay, driver } = await opened(site);
    const first = await driver.getWindowHandle();
    await begin(page, relay, CHAPTER);
    await driver.switchTo().newWindow('tab');
    await page.open(EDITOR);
    await write(page, '/studio/api/scenes/5');
    await driver.switchTo().window(first);
    assert.equal((await read(page, CHAPTER)).version, 2);
    relay.release(`GET ${CHAPTER}`, 'answer');
    assert.equal(await page.run(() => globalThis.slow), 1);
    const last = await read(page, CHAPTER);
    assert.deepEqual([last.from, last.version], ['memory', 2]);
  });

  scenario('P3: a page out of the back-forward cache serves nothing old', async (site) => {
    const { page, driver, note } = await opened(site);
    const first = await driver.getWindowHandle();
    await page.run(() => {
      globalThis.lives = true;
      addEventListener('pageshow', ({ persisted }) => {
        // Whatever wakes up first, this is its first read.
        globalThis.first = fetch('/studio/api/scenes/1').then((response) => response.json());
        globalThis.persisted = persisted;
      });
    });
    await driver.get(`${page.origin}/shared/icon.svg`);
    await driver.switchTo().newWindow('tab');
    await page.open(EDITOR);
    await write(page, SCENE);
    await driver.switchTo().window(first);
    await driver.executeScript('history.back()');
    await until(
      async () => (await driver.getCurrentUrl()).includes(EDITOR),
      'the page has come back',
    );
    await page.ready();
    const { lives, persisted } = await page.run(() => ({
      lives: globalThis.lives === true,
      persisted: globalThis.persisted === true,
    }));
    assert.equal(lives, persisted);
    note(persisted ? 'it was kept in the back-forward cache' : 'it was loaded again');
    if (engine === 'chromium') {
      assert.ok(persisted, 'nothing of ours keeps it out of the back-forward cache');
    }
    if (persisted) {
      assert.equal((await page.run(() => globalThis.first)).version, 2);
    }
    assert.equal((await read(page, SCENE)).version, 2);
  });

  if (engine === 'chromium') {
    scenario('P3: a tab that was frozen during a write serves nothing old', async (site) => {
      const { page, driver, session } = await opened(site);
      const first = await driver.getWindowHandle();
      await page.run(() => {
        globalThis.seen = [];
        globalThis.demo.cache.events(
          ({ cause }) => cause === 'peer' && globalThis.seen.push(cause),
        );
        document.addEventListener('freeze', () => globalThis.seen.push('freeze'));
        document.addEventListener('resume', () => {
          globalThis.seen.push('resume');
          globalThis.first = fetch('/studio/api/scenes/1').then((response) => response.json());
        });
      });
      await driver.switchTo().newWindow('tab');
      const second = await driver.getWindowHandle();
      await page.open(EDITOR);
      await driver.switchTo().window(first);
      await session.devtools('Page.setWebLifecycleState', { state: 'frozen' });
      await driver.switchTo().window(second);
      await write(page, SCENE);
      await driver.switchTo().window(first);
      await session.devtools('Page.setWebLifecycleState', { state: 'active' });
      assert.equal((await page.run(() => globalThis.first)).version, 2);
      const seen = await page.run(() => globalThis.seen);
      assert.equal(seen[0], 'freeze');
      assert.ok(seen.includes('resume') && seen.includes('peer'), `${seen}`);
      assert.equal((await read(page, SCENE)).version, 2);
    });
  }
});

/**
 * The editor, by way of a relay, with what it shows in every layer.
 *
 * @param {Site} site
 */
async function opened(site) {
  const relay = await Relay.start(site);
  const page = site.pageOf(relay);
  await page.open(EDITOR);
  await page.holds(SHOWN);
  return { ...site, note: site.note, page, relay };
}

/**
 * Begins a read, whose answer the server has made and the relay holds.
 *
 * @param {Page} page
 * @param {Relay} relay
 * @param {string} url
 */
async function begin(page, relay, url) {
  relay.hold(`GET ${url}`, 'answer');
  await page.run((url) => {
    globalThis.slow = fetch(url).then(async (response) => (await response.json()).version);
  }, url);
  await relay.reached(`GET ${url}`, 'answer');
}

/** @param {Page} page @param {string} url */
async function write(page, url) {
  assert.equal((await page.write('PATCH', url, { title: 'Written meanwhile' })).status, 200);
}

/** @param {Page} page @param {string} url */
async function read(page, url) {
  const { from, text } = await page.read(url);
  return { from, version: JSON.parse(text).version };
}
