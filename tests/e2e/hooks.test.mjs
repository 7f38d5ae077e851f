// The hooks in real pages: what a component shows is what the cache knows, in every tab and over a reload.
import assert from 'node:assert/strict';
import { pagesWithHooks } from './support/hooks.mjs';
import { suite } from './support/suite.mjs';

const EDITOR = '/studio/?story=42&chapter=1&scene=1';
const SCENE = '/studio/api/scenes/1';

suite((scenario) => {
  for (const version of /** @type {const} */ ([18, 19])) {
    scenario(
      `P3: with React ${version}, a component shows what another tab has saved`,
      async (site) => {
        const page = await opened(site, version);
        await page.says('hook', /^1: /);
        const first = await site.driver.getWindowHandle();
        await site.driver.switchTo().newWindow('tab');
        await page.open(EDITOR);
        await page.write('PATCH', SCENE, { text: 'Saved elsewhere.' });
        await site.driver.switchTo().window(first);
        await page.says('hook', /^2: Saved elsewhere\.$/);
      },
    );
  }

  scenario(
    'P6: what a component saves is shown at once, and after a reload in the middle',
    async (site) => {
      const page = await opened(site, 19);
      await page.says('hook', /^1: /);
      await page.demo.set({ writeLatencyMs: 3_000 });
      await page.run(() => globalThis.hooks.save('Not lost.'));
      await page.says('hook', /^1: Not lost\.$/);
      await page.refresh();
      await mount(page);
      await page.says('hook', /^1: Not lost\.$/);
      await page.demo.set({ writeLatencyMs: 0 });
      await page.says('hook', /^2: Not lost\.$/);
      const { log } = await page.demo.state();
      assert.ok(log.some(({ method }) => method === 'PATCH'));
    },
  );
});

/**
 * The editor, with the component in it.
 *
 * @param {import('./support/suite.mjs').Site} site
 * @param {18 | 19} version of React
 */
async function opened(site, version) {
  const demo = await site.server({ pages: await pagesWithHooks(site, version) });
  const page = Object.assign(site.pageOf(demo), { demo });
  await page.open(EDITOR);
  assert.match(await mount(page), new RegExp(`^${version}\\.`));
  return page;
}

/** Shows the component; gives the version of its React. @param {import('./support/page.mjs').Page} page */
function mount(page) {
  return page.run(async (url) => {
    const { mount } = await import(String('/hooks.js'));
    globalThis.hooks = mount(globalThis.demo.cache, url);
    return globalThis.hooks.version;
  }, SCENE);
}
