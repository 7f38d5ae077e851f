// Prefetching in the demo: what its pages ask for ahead of time, and what its panel counts.
import assert from 'node:assert/strict';
import { suite } from './support/suite.mjs';
import { until } from './support/until.mjs';

/** @typedef {import('./support/suite.mjs').Site} Site */
/** @typedef {import('./support/demo.mjs').Demo} Demo */

const EDITOR = '/studio/?story=42&chapter=1&scene=1';
const SCENE = '/studio/api/scenes/2';
const POSTS = '/community/api/posts';

suite((scenario) => {
  scenario(
    'P9: pointing at a scene and clicking it takes one request, counted as used',
    async (site) => {
      const { page, demo } = site;
      page.isPrefetching = true;
      await page.open(EDITOR);
      await point(site, 'scene-2');
      await page.says('prefetch-hover-open', /^1$/);
      assert.equal(await reads(demo, SCENE), 1);
      await page.click('scene-2');
      await page.badge('scene', 'memory');
      await page.says('prefetch-hover-used', /^1$/);
      await page.says('prefetch-hover-open', /^0$/);
      assert.equal(await reads(demo, SCENE), 1);
      await page.says('trace-log', /Used what was prefetched \(hover\)/);
      await counts(site);
    },
  );

  scenario('P9: threads in view are prefetched, and opening one sends no request', async (site) => {
    const { page, demo } = site;
    page.isPrefetching = true;
    await page.open('/community/');
    await page.says('prefetch-idle-sent', /^1$/);
    await page.says('prefetch-visible-sent', /^[1-9]/);
    await page.says('prefetch-visible-open', /^[1-9]/);
    const id = await seen(site);
    assert.equal(await reads(demo, `${POSTS}/${id}`), 1);
    await page.click(`thread-${id}`);
    await page.badge(`post-${id}`, 'memory');
    await page.says('prefetch-visible-used', /^1$/);
    await until(() => page.run(learns, `${POSTS}/${id}`), 'the predictor is told of it');
    assert.equal(await reads(demo, `${POSTS}/${id}`), 1);
    await counts(site);
  });

  scenario('P9: with the switch off nothing is prefetched, until it is on again', async (site) => {
    const { page, demo } = site;
    await page.open('/community/');
    await page.has('switch-prefetch', 'checked', /** @type {any} */ (false));
    await rest(site);
    assert.deepEqual(await prefetchable(demo), []);
    assert.deepEqual(await page.run(() => globalThis.demo.cache.prefetchStats()), {});
    await page.says('prefetches', /Nothing yet/);
    await page.click('switch-prefetch');
    await page.says('prefetch-visible-sent', /^[1-9]/);
    await page.click('switch-prefetch');
    await page.refresh();
    await page.has('switch-prefetch', 'checked', /** @type {any} */ (false));

    await page.open(EDITOR);
    await page.find('scene-2');
    await point(site, 'scene-2');
    await rest(site);
    assert.equal(await reads(demo, SCENE), 0);
  });
});

/** Whether a visit was learnt from. @param {string} url */
function learns(url) {
  return globalThis.demo.cache.explain(url) !== undefined;
}

/**
 * @param {Site} site
 * @param {string} testid
 */
async function point({ driver, page }, testid) {
  await until(() => page.run(() => !document.querySelector('[data-source=loading]')), 'it rests');
  await driver
    .actions()
    .move({ origin: await page.find(testid) })
    .perform();
}

/**
 * How often the server was asked for something.
 *
 * @param {Demo} demo
 * @param {string} path
 */
async function reads(demo, path) {
  const { log } = await demo.state();
  return log.filter((line) => line.method === 'GET' && line.path === path).length;
}

/** @param {Demo} demo */
async function prefetchable(demo) {
  const { log } = await demo.state();
  return log.map(({ path }) => path).filter((path) => path.startsWith(`${POSTS}/`));
}

/**
 * A post whose thread was prefetched when it came into view.
 *
 * @param {Site} site
 */
async function seen({ page }) {
  const found = () =>
    page.run(() => {
      const line = [...document.querySelectorAll('[data-type=prefetch]')].find((line) =>
        line.textContent?.includes('Prefetched (visible)'),
      );
      return line?.querySelector('code')?.textContent?.split('/').at(-1);
    });
  return until(found, 'a thread is prefetched');
}

/**
 * Waits for longer than any trigger does, in the page's own timers.
 *
 * @param {Site} site
 */
async function rest({ page }) {
  await page.run(async () => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    await new Promise((resolve) => requestAnimationFrame(resolve));
  });
}

/**
 * The panel's numbers are those of the cache.
 *
 * @param {Site} site
 */
async function counts({ page }) {
  const shown = () =>
    page.run(() => {
      const text = (/** @type {string} */ name) =>
        document.querySelector(`[data-testid="prefetch-${name}"]`)?.textContent;
      const stats = Object.entries(globalThis.demo.cache.prefetchStats());
      const rows = [...document.querySelectorAll('tr[data-testid^="prefetch-"]')];
      return (
        rows.length === stats.length &&
        stats.every(
          ([trigger, { sent, used, pending, expired, invalidated, evicted, aborted, failed }]) =>
            text(`${trigger}-sent`) === `${sent}` &&
            text(`${trigger}-used`) === `${used}` &&
            text(`${trigger}-open`) === `${pending}` &&
            text(`${trigger}-wasted`) === `${expired + invalidated + evicted + aborted + failed}`,
        )
      );
    });
  await until(shown, 'the panel shows what the cache counts');
}
