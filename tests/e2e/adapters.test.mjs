// SWR and TanStack Query in a real page: what they show after a reload, without a network, and beside another tab.
import assert from 'node:assert/strict';
import { labWithAdapters } from './support/adapters.mjs';
import { suite } from './support/suite.mjs';

const PATH = '/lab/data/a';
/** How the end of either library's key is written in a URL. */
const KEY = encodeURIComponent(JSON.stringify(PATH));

/** What is shown of the first data. */
const FIRST = '["first"]';

/** @typedef {'swr' | 'tanstack'} Library */

suite((scenario) => {
  for (const library of /** @type {Library[]} */ (['swr', 'tanstack'])) {
    scenario(`P4: ${library} shows at once what was fetched before a reload`, async (site) => {
      const lab = await opened(site, library);
      await lab.keeps(KEY);
      await lab.open();
      await mount(lab, library);
      await lab.page.says('shown', /^\["first"\]$/);
      assert.deepEqual([await views(lab), lab.reads(PATH)], [[FIRST], 1]);
    });

    scenario(`P4: ${library} does so without a network`, async (site) => {
      const lab = await opened(site, library);
      await lab.keeps(KEY);
      lab.relay.down();
      await lab.open();
      await mount(lab, library);
      await lab.page.says('shown', /^\["first"\]$/);
      assert.deepEqual(await views(lab), [FIRST]);
    });

    scenario(
      `P1: ${library} shows nothing after a reload that a write has touched`,
      async (site) => {
        const lab = await opened(site, library);
        await lab.keeps(KEY);
        lab.data.set(PATH, ['second']);
        // The page goes before anything has been fetched anew.
        const { answer } = lab.relay;
        const isRead = (/** @type {any} */ { method, path }) => method === 'GET' && path === PATH;
        lab.relay.answer = (asked) => (isRead(asked) ? null : answer(asked));
        await lab.page.write('PATCH', PATH, {});
        await lab.open();
        lab.relay.answer = answer;
        await mount(lab, library);
        await lab.page.says('shown', /^\["second"\]$/);
        assert.ok(!(await views(lab)).includes(FIRST));
      },
    );

    scenario(`P3: ${library} shows what another tab has written`, async (site) => {
      const lab = await opened(site, library);
      const first = await site.driver.getWindowHandle();
      await site.driver.switchTo().newWindow('tab');
      await lab.open();
      lab.data.set(PATH, ['second']);
      await lab.page.write('PATCH', PATH, {});
      await site.driver.switchTo().window(first);
      await lab.page.says('shown', /^\["second"\]$/);
      assert.ok(!(await views(lab)).slice(1).includes('nothing'), 'it never goes blank');
    });

    scenario(`P8: ${library} shows nothing of who was signed in before`, async (site) => {
      const lab = await opened(site, library);
      await lab.keeps(KEY);
      lab.data.set(PATH, ['bob']);
      await lab.page.run(() => globalThis.demo.cache.setScope({ id: 'bob' }));
      await lab.page.says('shown', /^\["bob"\]$/);
      await lab.open([], 'carol');
      lab.data.set(PATH, ['carol']);
      await mount(lab, library);
      await lab.page.says('shown', /^\["carol"\]$/);
      assert.deepEqual(await views(lab), ['nothing', '["carol"]']);
    });
  }
});

/**
 * The page, with data that is shown.
 *
 * @param {import('./support/suite.mjs').Site} site
 * @param {Library} library
 */
async function opened(site, library) {
  const lab = await labWithAdapters(site);
  lab.data.set(PATH, ['first']);
  lab.auto = () => ({});
  await lab.open();
  await mount(lab, library);
  await lab.page.says('shown', /^\["first"\]$/);
  return lab;
}

/** @param {import('./support/lab.mjs').Lab} lab @param {Library} library */
async function mount(lab, library) {
  await lab.page.run(
    async (library, path) => {
      await globalThis.demo.ready;
      const adapters = await import(String('/pkg/adapters.js'));
      adapters[library](globalThis.demo.cache, path);
    },
    library,
    PATH,
  );
}

/** All that was rendered since the page was opened. @param {import('./support/lab.mjs').Lab} lab */
async function views(lab) {
  /** @type {string[]} */
  const all = await lab.page.run(() => globalThis.views);
  return all.filter((view, at) => view !== all[at - 1]);
}
