// Writes by axios, as it comes from npm: what they touched is gone before anybody hears of their end.
import assert from 'node:assert/strict';
import { equip, pagesWithAxios } from './support/axios.mjs';
import { Relay } from './support/relay.mjs';
import { suite } from './support/suite.mjs';
import { watch } from './support/watch.mjs';

const EDITOR = '/studio/?story=42&chapter=1&scene=1';
const SCENE = '/studio/api/scenes/1';
const OTHER = '/studio/api/scenes/2';
const CHAPTER = '/studio/api/chapters/1';
const SHOWN = ['/studio/api/stories', '/studio/api/stories/42', CHAPTER, SCENE];
const TEXT = 'The lamp was lit before anyone had climbed the stairs.';

suite((scenario) => {
  scenario('P1: after a PATCH by axios, fetch and a reload give the new text', async (site) => {
    const { page } = await editor(site);
    await page.read(OTHER);
    const status = await page.run(
      async (url, text) => (await globalThis.axios.patch(url, { text })).status,
      SCENE,
      TEXT,
    );
    assert.equal(status, 200);
    const [scene, chapter, other] = await page.readAll([SCENE, CHAPTER, OTHER]);
    assert.deepEqual([scene.from, JSON.parse(scene.text).text], ['network', TEXT]);
    assert.equal(chapter.from, 'network', 'its parent, which only the answer names');
    assert.equal(other.from, 'memory', 'what it did not touch stays');
    await page.refresh();
    await page.has('scene-text', 'value', TEXT);
  });

  scenario('P1: the map alone serves where the answer to axios says nothing', async (site) => {
    const { page, demo } = await editor(site);
    await page.read('/studio/api/chapters/2');
    await demo.set({ sendHeaders: false });
    await page.run((url, text) => globalThis.axios.patch(url, { text }).then(), SCENE, TEXT);
    const [scene, chapter, other] = await page.readAll([SCENE, CHAPTER, '/studio/api/chapters/2']);
    assert.deepEqual([scene.from, chapter.from], ['network', 'network']);
    assert.equal(other.from, 'memory', 'the parent was found in the body of the answer');
  });

  scenario('P1: interceptors of axios see a page that is up to date', async (site) => {
    const { page } = await editor(site);
    const seen = await page.run(
      async (url, text) => {
        const seen = [];
        const look = (name) => (value) => {
          seen.push([name, globalThis.holds(url)]);
          return value;
        };
        const client = globalThis.axios.create();
        client.interceptors.request.use(look('request'));
        client.interceptors.response.use(look('response'));
        const transformResponse = look('transform');
        await client.patch(url, { text }, { transformResponse });
        return seen;
      },
      SCENE,
      TEXT,
    );
    assert.deepEqual(seen, [
      ['request', true],
      ['transform', false],
      ['response', false],
    ]);
  });

  for (const [how, options] of /** @type {[string, object][]} */ ([
    ['is aborted', { abort: true }],
    ['times out', { timeout: 500 }],
  ])) {
    scenario(`P4: a write by axios that ${how} may have been done`, async (site) => {
      const { page, demo } = await editor(site);
      await demo.set({ writeLatencyMs: 2000 });
      await page.listen();
      await page.run(
        (url, text, { abort, timeout }) => {
          globalThis.controller = new AbortController();
          const config = { timeout, signal: abort ? globalThis.controller.signal : undefined };
          globalThis.outcome = globalThis.axios
            .patch(url, { text }, config)
            .then(String, ({ code }) => [code, globalThis.holds(url)]);
        },
        SCENE,
        TEXT,
        options,
      );
      await demo.receives('PATCH', SCENE);
      const [code, kept] = await page.run(() => {
        globalThis.controller.abort();
        return globalThis.outcome;
      });
      assert.match(code, /ERR_CANCELED|ECONNABORTED/);
      assert.equal(kept, false, 'nothing is kept by the time that the page hears of it');
      const causes = (await page.events('invalidate')).map(({ cause }) => cause);
      assert.ok(causes.includes('unknown'), `${causes}`);
      await watch({ page, demo }, SCENE, 2);
    });
  }

  scenario('P4: a write by axios without an answer may have been done', async (site) => {
    const { page, demo } = await editor(site);
    await demo.set({ dropNextAnswers: 1 });
    const [code, kept] = await page.run(
      (url, text) =>
        globalThis.axios
          .patch(url, { text })
          .then(String, ({ code }) => [code, globalThis.holds(url)]),
      SCENE,
      TEXT,
    );
    assert.deepEqual([code, kept], ['ERR_NETWORK', false]);
    await watch({ page, demo }, SCENE, 2);
  });

  scenario(
    'P4: a reload between a write by axios and its answer leaves nothing stale',
    async (site) => {
      const { page, demo } = await editor(site);
      await demo.set({ writeLatencyMs: 1500 });
      await page.run(
        (url, text) => {
          globalThis.axios.patch(url, { text }).catch(() => {});
        },
        SCENE,
        TEXT,
      );
      await demo.receives('PATCH', SCENE);
      await page.refresh();
      assert.equal(await demo.version(SCENE), 1, 'the reload came before the write was done');
      await watch({ page, demo }, SCENE, 2);
      await page.refresh();
      await page.has('scene-text', 'value', TEXT);
    },
  );

  scenario('P3: what one tab writes by axios, another reads anew', async (site) => {
    const { page, demo } = await editor(site);
    const first = await site.driver.getWindowHandle();
    await site.driver.switchTo().newWindow('tab');
    await page.open(EDITOR);
    await equip(page);
    await page.run((url, text) => globalThis.axios.patch(url, { text }).then(), SCENE, TEXT);
    await site.driver.switchTo().window(first);
    const scene = await page.read(SCENE);
    assert.equal(JSON.parse(scene.text).version, await demo.version(SCENE));
    assert.equal(scene.from, 'network');
  });

  scenario('P1: the answer to a GET by axios is read for what it names', async (site) => {
    const demo = await site.server({ pages: pagesWithAxios(site) });
    const relay = await Relay.start(site, demo);
    const page = site.pageOf(relay);
    await page.open(EDITOR);
    await page.holds(SHOWN);
    await equip(page);
    relay.extra.set(`GET ${OTHER}`, { 'x-cache-invalidate': `"${SCENE}"` });
    const kept = await page.run(
      (other, urls) => globalThis.axios(other).then(() => urls.map(globalThis.holds)),
      OTHER,
      [SCENE, CHAPTER],
    );
    assert.deepEqual(kept, [false, true]);
  });

  scenario('P9: nothing that axios reads is kept', async (site) => {
    const { page } = await editor(site);
    const ids = await page.run(
      async (url) => [(await globalThis.axios(url)).data.id, (await globalThis.axios(url)).data.id],
      OTHER,
    );
    assert.deepEqual(ids, [2, 2]);
    await page.holds(SHOWN);
  });
});

/**
 * The editor with axios, and with what it shows in every layer.
 *
 * @param {import('./support/suite.mjs').Site} site
 */
async function editor(site) {
  const demo = await site.server({ pages: pagesWithAxios(site) });
  const page = site.pageOf(demo);
  await page.open(EDITOR);
  await page.holds(SHOWN);
  await equip(page);
  return { page, demo };
}
