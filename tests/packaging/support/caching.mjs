// What every page here has to show in a browser: two buttons, and a log of what came of them.
import assert from 'node:assert/strict';
import { By } from 'selenium-webdriver';
import { until } from '../../e2e/support/until.mjs';

/**
 * Opens a page, whose reads have to go through the cache, and whose write has to drop what its answer names. Neither
 * the page nor the browser may complain.
 *
 * @param {import('../../e2e/support/session.mjs').Session} session
 * @param {import('./site.mjs').Site} site that the page reads from
 * @param {string} [url] of the page
 */
export async function checkCaching(session, site, url = site.origin + site.base) {
  const page = await open(session, url, /^ready$/);
  await page.click('read', /^version 1, network$/);
  await page.click('read', /^version 1, everfresh; hit; ttl=\d+; detail=memory$/);
  await page.click('save', /^version 2, network$/);
  await page.click('read', /^version 2, network$/);
  await page.click('read', /^version 2, everfresh; hit; ttl=\d+; detail=memory$/);
  assert.deepEqual(site.counts, { reads: 2, writes: 1 }, 'what was cached was not asked for');
  const complaints = await session.complaints();
  // No page here has an icon, and a browser may ask for one.
  assert.deepEqual(
    complaints.filter((text) => !text.includes('/favicon.ico')),
    [],
  );
}

/**
 * Opens a page whose cache could not start: it has to work without.
 *
 * @param {import('../../e2e/support/session.mjs').Session} session
 * @param {import('./site.mjs').Site} site that the page reads from
 * @returns what was complained of
 */
export async function checkWithout(session, site) {
  const page = await open(session, site.origin + site.base, /^wasm-unavailable$/);
  await page.click('read', /^version 1, network$/);
  await page.click('read', /^version 1, network$/);
  await page.click('save', /^version 2, network$/);
  assert.deepEqual(site.counts, { reads: 2, writes: 1 });
  return session.complaints();
}

/**
 * @param {import('../../e2e/support/session.mjs').Session} session
 * @param {string} url
 * @param {RegExp} first what the page says of its cache
 */
async function open(session, url, first) {
  const { driver } = session;
  await session.complaints();
  await driver.get(url);
  let lines = 0;
  /** @param {RegExp} pattern */
  const says = async (pattern) => {
    lines += 1;
    const script = `return document.querySelectorAll('#log li')[arguments[0]]?.textContent`;
    const line = () => driver.executeScript(script, lines - 1);
    try {
      assert.match(`${await until(line, `the log has line ${lines}`)}`, pattern);
    } catch (error) {
      throw new Error(`${url}: ${await session.complaints()}`, { cause: error });
    }
  };
  await says(first);
  return {
    /** @param {string} id @param {RegExp} pattern */
    click: async (id, pattern) => {
      await driver.findElement(By.id(id)).click();
      await says(pattern);
    },
  };
}
