// A page with one script tag and nothing else that knows of a cache.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { built, www } from './support/paths.mjs';
import { suite } from './support/suite.mjs';
import { until } from './support/until.mjs';

const PAGE = '/dropin/';
const SCENE = '/studio/api/scenes/1';
const OTHERS = ['/studio/api/scenes/4', '/studio/api/chapters/2'];
const TOUCHED = ['/studio/api/chapters/1', '/studio/api/stories/42', '/studio/api/stories'];

suite((scenario) => {
  scenario(
    'P1: the drop-in page has ten lines, one script tag of ours, cached reads and invalidation',
    async (site) => {
      const { page, demo } = site;
      const html = readFileSync(join(www, 'dropin/index.html'), 'utf8');
      assert.ok(html.trimEnd().split('\n').length <= 10);
      assert.equal(html.match(/everfresh\.auto\.js/g)?.length, 1);

      await start(site);
      await page.click('read');
      await line(site, 1, /^GET: version 1, .* everfresh; hit; ttl=\d+; detail=memory$/);
      await page.click('save');
      await line(
        site,
        2,
        /^PATCH: version 2, .* network, clears scene:1, chapter:1, story:42, stories$/,
      );
      await page.click('read');
      await line(site, 3, /^GET: version 2, [^;]* network$/);
      await page.click('read');
      await line(site, 4, /^GET: version 2, .*detail=memory$/);
      const { counts } = await demo.state();
      assert.deepEqual(counts, { reads: 2, writes: 1 }, 'what was cached was not asked for');
    },
  );

  scenario(
    'P1: the drop-in drops what a header names, from both layers, and nothing else',
    async (site) => {
      const { page } = site;
      await start(site);
      await page.readAll([...OTHERS, ...TOUCHED]);
      await page.holds([SCENE, ...OTHERS, ...TOUCHED]);
      await page.write('PATCH', SCENE, { text: 'New.' });
      await page.holds(OTHERS);
      for (const { url, from, text } of await page.readAll([...OTHERS, SCENE])) {
        assert.equal(from, url === SCENE ? 'network' : 'memory', url);
        assert.equal(text.includes('"New."'), url === SCENE);
      }
    },
  );

  scenario(
    'P4: what the drop-in cached is there after a refresh, and what was written is new',
    async (site) => {
      const { page } = site;
      await start(site);
      await page.readAll(OTHERS);
      await page.holds([SCENE, ...OTHERS]);
      await page.click('save');
      await line(site, 1, /^PATCH: version 2/);
      await open(site);
      await page.click('read');
      await line(site, 0, /^GET: version 2, [^;]* network$/);
      assert.equal((await page.read(OTHERS[0])).from, 'storage');
    },
  );

  scenario('P1: the drop-in in one file needs no other one', async (site) => {
    const packaged = mkdtempSync(join(tmpdir(), 'everfresh-single-'));
    site.atEnd(() => rmSync(packaged, { recursive: true }));
    cpSync(join(built, 'everfresh.auto.single.js'), join(packaged, 'everfresh.auto.js'));
    const page = site.pageOf(await site.server({ packaged }));
    await start({ page, driver: site.driver });
    await page.click('read');
    await line(site, 1, /^GET: version 1, .* everfresh; hit; ttl=\d+; detail=memory$/);
    await page.click('save');
    await line(
      site,
      2,
      /^PATCH: version 2, .* network, clears scene:1, chapter:1, story:42, stories$/,
    );
    await page.click('read');
    await line(site, 3, /^GET: version 2, [^;]* network$/);
  });

  scenario('P9: the drop-in leaves alone what no attribute names', async (site) => {
    const { page } = site;
    await start(site);
    const url = '/community/api/posts';
    const reads = await page.readAll([url, url]);
    assert.deepEqual(
      reads.map(({ from }) => from),
      ['network', 'network'],
    );
    await page.holds([SCENE]);
  });
});

/**
 * Opens the page, and reads the scene once.
 *
 * @param {Pick<import('./support/suite.mjs').Site, 'page' | 'driver'>} site
 */
async function start(site) {
  await open(site);
  await site.page.click('read');
  await line(site, 0, /^GET: version 1, [^;]* network$/);
  await site.page.holds([SCENE]);
}

/**
 * Opens the page, once its script is ready; what that leaves stands where the other pages have their cache.
 *
 * @param {Pick<import('./support/suite.mjs').Site, 'page' | 'driver'>} site
 */
async function open({ page, driver }) {
  await driver.get(page.origin + PAGE);
  await page.run(async () => {
    globalThis.demo = { cache: await globalThis.everfresh.ready };
  });
}

/**
 * Waits for a line of the page's log.
 *
 * @param {Pick<import('./support/suite.mjs').Site, 'driver'>} site
 * @param {number} at from the first
 * @param {RegExp} pattern
 */
async function line({ driver }, at, pattern) {
  const script = `const lines = document.querySelectorAll('#log li');
    return lines[lines.length - 1 - arguments[0]]?.textContent ?? null;`;
  const text = await until(() => driver.executeScript(script, at), `the log has line ${at}`);
  assert.match(`${text}`, pattern);
}
