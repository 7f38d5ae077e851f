// Reading over and over while the server changes, and judging every answer.
import assert from 'node:assert/strict';
import { PATIENCE } from './until.mjs';

/** How often the new version is read before it is believed. */
const ENOUGH = 5;

/**
 * Reads a URL with the page's `fetch` until the server has the wanted version and the page gets it. An answer
 * from the cache must be what the server has at that time; one from the network must be, once the server has
 * the wanted version.
 *
 * @param {{ page: import('./page.mjs').Page, demo: import('./demo.mjs').Demo }} site
 * @param {string} url
 * @param {number} wanted version
 */
export async function watch({ page, demo }, url, wanted) {
  const end = Date.now() + PATIENCE;
  for (let seen = 0; seen < ENOUGH; ) {
    const before = await demo.version(url);
    const { from, text, headers } = await page.read(url);
    const after = await demo.version(url);
    const { version } = JSON.parse(text);
    const current = version >= before && version <= after;
    const told = `version ${version} from ${from} (${headers['cache-status'] ?? 'no status'})`;
    assert.ok(current, `${told}, while the server has ${before} to ${after}`);
    seen = version === wanted ? seen + 1 : 0;
    assert.ok(Date.now() < end, `version ${wanted} never came; the last one was ${told}`);
  }
}
