// The benchmark: `cargo xtask bench` builds what it needs, and starts it.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, platform, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle } from './bundle.mjs';
import { versions } from './names.mjs';
import { plot } from './plot.mjs';
import { report, table } from './report.mjs';
import { Site } from './site.mjs';
import { summarize } from './stats.mjs';
import demo from './visits/demo.mjs';
import devtools from './visits/devtools.mjs';
import hydrate from './visits/hydrate.mjs';
import memory from './visits/memory.mjs';
import stall from './visits/stall.mjs';
import startup from './visits/startup.mjs';
import tabs from './visits/tabs.mjs';

/**
 * @typedef {object} Effort
 * @property {number} rounds
 * @property {number} ms of work in a sample
 * @property {number} visits how often a page is loaded for a figure
 */

/** @type {Record<'full' | 'quick', Effort>} */
const EFFORTS = {
  full: { rounds: 15, ms: 25, visits: 9 },
  quick: { rounds: 5, ms: 10, visits: 3 },
};

/** What a quick run has of a row that does not say so itself. */
const QUICK_SIZES = [10_000];

const VISITS = { storage: [...hydrate, ...stall], tabs, start: startup, memory, devtools, demo };

const { values: chosen } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    firefox: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const name = chosen.quick ? 'quick' : 'full';
const effort = EFFORTS[name];
const engine = chosen.firefox ? 'firefox' : 'chromium';

const site = await Site.start(engine, await bundle('page/main.mjs'));
try {
  const results = await measureAll(await groups());
  if (results.length === 0) {
    throw new Error(`there is no row or group ${chosen.only}`);
  }
  const run = {
    date: today(),
    effort: name,
    machine: await machine(),
    versions: versions(),
    results,
  };
  const text = report(run, readFileSync(new URL('notes.md', import.meta.url), 'utf8'));
  console.log(`\n${text}`);
  save('results.json', `${JSON.stringify(run, null, 2)}\n`);
  if (chosen.write) {
    save('RESULTS.md', text);
    save('plot.svg', plot(results));
  }
} finally {
  await site.stop();
}

/** Every row: those that the page measures by itself, and those that need more than one page. */
async function groups() {
  const page = await (await site.origin()).load();
  const found = await page.run(() => globalThis.bench.rows());
  /** @type {Record<string, any[]>} */
  const all = {};
  for (const row of found) {
    all[row.group] = [...(all[row.group] ?? []), { ...row, measure: inPage(row) }];
  }
  return { ...all, ...VISITS };
}

/** @param {{ id: string, alone?: boolean }} row */
function inPage({ id, alone }) {
  /** @param {Site} site @param {number} size @param {Effort} effort */
  return async (site, size, effort) => {
    const page = await (await site.origin()).load(alone ? '?alone' : '');
    return page.run((...args) => globalThis.bench.row(...args), id, size, effort);
  };
}

/** @param {Record<string, any[]>} groups */
async function measureAll(groups) {
  /** @type {import('./report.mjs').Measured[]} */
  const results = [];
  for (const [group, rows] of Object.entries(groups)) {
    for (const row of rows.filter(({ id }) => isChosen(group, id))) {
      const sizes = [];
      const start = Date.now();
      for (const size of sizesOf(row)) {
        sizes.push({ group, ...(await measureRow(row, size)) });
      }
      if (sizes.length) {
        console.log(`\n${table(sizes)}\n(${Math.round((Date.now() - start) / 1000)} s)`);
        results.push(...sizes);
      }
    }
  }
  return results;
}

async function measureRow({ id, title, unit = 'ns', limit, measure }, size) {
  try {
    const { samples, absent } = await measure(site, size, effort);
    const peers = Object.entries(samples).map(([name, list]) => [name, summarize(list)]);
    return { row: id, title, unit, limit, size, peers: Object.fromEntries(peers), absent };
  } catch (error) {
    throw new Error(`${id} at ${size}: ${error.message}`, { cause: error });
  }
}

/** @param {string} group @param {string} id */
function isChosen(group, id) {
  return !chosen.only || chosen.only.split(',').some((name) => name === group || name === id);
}

/** @param {{ sizes: number[], quick?: number[], engines?: string[] }} row */
function sizesOf({ sizes, quick, engines }) {
  if (engines && !engines.includes(engine)) {
    return [];
  }
  const few = quick ?? sizes.filter((size) => QUICK_SIZES.includes(size));
  return chosen.quick && few.length ? few : sizes;
}

/** The machine by its kind. */
async function machine() {
  const capabilities = await site.session.driver.getCapabilities();
  const browser = `${capabilities.getBrowserName()} ${capabilities.getBrowserVersion()}, headless`;
  return {
    cores: cpus().length,
    memory: Math.round(totalmem() / 2 ** 30),
    browser,
    system: platform(),
  };
}

function today() {
  return new Date().toISOString().slice(0, 10);
}

/** @param {string} name @param {string} text */
function save(name, text) {
  writeFileSync(fileURLToPath(new URL(name, import.meta.url)), text);
}
