// Who is signed in: what one user was shown, nobody else is, in any tab.
import assert from 'node:assert/strict';
import { suite } from './support/suite.mjs';
import { twoTabs } from './support/tabs.mjs';

const EDITOR = '/studio/?story=42&chapter=1&scene=1';
const SCENE = '/studio/api/scenes/1';
const OTHER = '/studio/api/scenes/2';
const SHOWN = ['/studio/api/stories', '/studio/api/stories/42', '/studio/api/chapters/1', SCENE];

suite((scenario) => {
  scenario('P8: signing out in one tab leaves nothing in it, nor after a reload', async (site) => {
    const { page } = site;
    await page.open(EDITOR);
    await page.holds(SHOWN);
    await setScope(page, null);
    assert.deepEqual(await entries(page), []);
    assert.deepEqual(await stored(page), []);
    assert.equal((await page.read(SCENE)).from, 'network');
    await page.open(EDITOR);
    assert.equal((await page.read(SCENE)).status, 200);
  });

  scenario('P8: the other tab serves nothing of the old user, and is told', async (site) => {
    const { page } = site;
    const [first, second] = await twoTabs(site, EDITOR, SHOWN);
    await first.show();
    assert.equal((await page.read(SCENE)).from, 'memory');
    await page.run(() => {
      globalThis.told = new Promise((resolve) =>
        globalThis.demo.cache.events((event) => event.type === 'scope' && resolve(event)),
      );
    });
    await second.show();
    await setScope(page, { id: 'another' });
    await page.read(SCENE);
    await first.show();
    assert.deepEqual(await page.run(() => globalThis.told), {
      type: 'scope',
      id: 'another',
      ours: false,
    });
    for (const read of await page.readAll([SCENE, SCENE, OTHER, OTHER])) {
      assert.equal(read.from, 'network');
      assert.match(read.headers['cache-status'], /^everfresh-server; [^,]*$/, 'it passes by');
    }
    assert.deepEqual(await entries(page), []);
    // Its page follows.
    await setScope(page, { id: 'another' });
    await page.read(OTHER);
    assert.equal((await page.read(OTHER)).from, 'memory');
    // A page that is reloaded says anew who is signed in, and the other tab gives way.
    await page.refresh();
    await page.read(SCENE);
    assert.equal((await page.read(SCENE)).from, 'memory');
    await second.show();
    assert.equal((await page.read(SCENE)).from, 'network');
  });

  scenario('P8: an answer that was under way is given, and not kept', async (site) => {
    const { page, demo } = site;
    await page.open(EDITOR);
    await page.holds(SHOWN);
    await page.run(() => globalThis.demo.cache.clear());
    await demo.set({ latencyMs: 1500 });
    await page.run((url) => {
      globalThis.slow = fetch(url).then((response) => response.json());
    }, SCENE);
    await demo.receives('GET', SCENE, 2);
    await setScope(page, null);
    await demo.set({ latencyMs: 0 });
    assert.equal((await page.run(() => globalThis.slow)).id, 1);
    assert.deepEqual(
      (await entries(page)).filter((/** @type {string} */ url) => url.endsWith(SCENE)),
      [],
    );
  });
});

/** @typedef {import('./support/page.mjs').Page} Page */

/** @param {Page} page @param {{ id: string } | null} scope */
function setScope(page, scope) {
  return page.run((scope) => globalThis.demo.cache.setScope(scope), scope);
}

/** The URLs that are cached. @param {Page} page */
function entries(page) {
  return page.run(() =>
    globalThis.demo.cache.entries().map((/** @type {{ url: string }} */ { url }) => url),
  );
}

/** The names of stored entries. @param {Page} page */
function stored(page) {
  return page.run(() =>
    Object.keys(localStorage).filter((name) => name.startsWith('everfresh:e:')),
  );
}
