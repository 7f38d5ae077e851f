// The overlay for those who use no mouse, or need contrast: each panel, in light and dark.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Key } from 'selenium-webdriver';
import { Lab } from './support/lab.mjs';
import { Overlay } from './support/overlay.mjs';
import { suite } from './support/suite.mjs';
import { until } from './support/until.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ONE = '/lab/data/one';

suite((scenario) => {
  for (const theme of /** @type {const} */ (['light', 'dark'])) {
    scenario(`no panel has a barrier that axe knows, in ${theme}`, async (site) => {
      const session = await site.coloured(theme);
      const lab = await Lab.start(site, { session });
      lab.data.set(ONE, { n: 1 });
      await lab.open([ONE]);
      const isDark = () => matchMedia('(prefers-color-scheme: dark)').matches;
      assert.equal(await lab.page.run(isDark), theme === 'dark');
      const { driver } = lab.page;
      await driver.executeScript(`window.eval(${JSON.stringify(AXE)})`);
      const overlay = await new Overlay(lab.page).open();
      for (const tab of await overlay.tabs()) {
        await overlay.click(tab);
        if (/entries|log/.test(tab)) {
          await overlay.click(`${tab.slice(4)}-row`);
        }
        if (/invalidate/.test(tab)) {
          await overlay.fill('targets', '*');
          await overlay.find('dry-hit');
        }
        const found = await lab.page.run(async () => {
          const { violations } = await globalThis.axe.run({ include: [['everfresh-devtools']] });
          return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`);
        });
        assert.deepEqual(found, [], tab);
      }
    });
  }

  scenario('all is done by keys alone: an entry is found and evicted', async (site) => {
    const lab = await Lab.start(site);
    lab.data.set(ONE, { n: 1 });
    await lab.open([]);
    await lab.page.readAll([ONE]);
    const overlay = await new Overlay(lab.page).open();
    await overlay.type(Key.ARROW_RIGHT);
    await until(async () => (await overlay.focused()) === 'tab-entries', 'the tab of entries');
    await reach(overlay, 'entries');
    await overlay.type(Key.ARROW_DOWN);
    await overlay.says('entry-url', ONE);
    await reach(overlay, 'entry-evict');
    await overlay.type(Key.ENTER);
    await overlay.says('entry-gone', /not in the cache/);
    await overlay.type(Key.ESCAPE);
    await until(async () => !(await overlay.isOpen()), 'Esc closes it');
  });
});

/** Goes on by the tabulator until something has the focus. @param {Overlay} overlay @param {string} testid */
async function reach(overlay, testid) {
  for (let step = 0; step < 30 && (await overlay.focused()) !== testid; step += 1) {
    await overlay.type(Key.TAB);
  }
  assert.equal(await overlay.focused(), testid);
}
