// The tests' own page, with feature flags that a test has in its hands.
import { listed } from './list.mjs';
import { until } from './until.mjs';

/** Where the server says what is on. */
export const FLAGS = '/lab/flags';

/** How often it is asked. Milliseconds. */
const INTERVAL = 200;

/**
 * The page that shows the list, and asks for flags.
 *
 * @param {import('./suite.mjs').Site} site
 * @param {object} flags what the server says at first
 * @param {import('./lab.mjs').LabOptions & { interval?: number }} [options]
 */
export async function flagged(site, flags, { interval = INTERVAL, options = '', ...rest } = {}) {
  const own = `flags: { url: '${FLAGS}', interval: ${interval} }, ${options}`;
  const data = new Map([[FLAGS, { version: 1, flags }]]);
  return listed(site, [1], { ...rest, options: own, data });
}

/**
 * The server says something else from now on, and the page has heard of it.
 *
 * @param {import('./lab.mjs').Lab} lab
 * @param {Record<string, boolean | number>} flags
 */
export async function say(lab, flags) {
  lab.data.set(FLAGS, { version: 1, flags });
  await heard(lab, flags);
}

/**
 * Waits until that is on, and that is off.
 *
 * @param {import('./lab.mjs').Lab} lab
 * @param {Record<string, boolean | number>} flags
 */
export async function heard({ page }, flags) {
  const wanted = Object.entries(flags);
  const is = async () => {
    const now = await page.run(() => globalThis.demo.cache.flags);
    return wanted.every(([name, on]) => now[name] === on);
  };
  await until(is, `the page knows of ${JSON.stringify(flags)}`);
}

/**
 * Waits until a URL is answered from memory: for a while after it comes back, nothing is kept.
 *
 * @param {import('./lab.mjs').Lab} lab
 * @param {string} url
 */
export async function cached({ page }, url) {
  const is = async () => (await page.read(url)).from === 'memory';
  await until(is, `${url} is cached`);
}

/**
 * Reads in one of two ways: whether the cache has answered, and the text.
 *
 * @param {string} by
 * @param {string} url
 */
export async function readBy(by, url) {
  const response = await (by === 'fetch' ? fetch(url) : globalThis.demo.cache.fetch(url));
  return { status: response.headers.get('cache-status'), text: await response.text() };
}

/** How many bodies the cache has in memory, of the first 50. */
export function keptBodies() {
  const { host } = globalThis.demo.cache;
  /** @type {unknown[]} */
  let bodies = [];
  class Probe {
    constructor(/** @type {any} */ parts) {
      bodies = Array.from({ length: 50 }, (_, id) => parts.bodies.get(id));
    }
  }
  host.inspector(Probe);
  return bodies.filter(Boolean).length;
}
