// What was stored, after a reload.
import { interleave } from './rounds.mjs';

const PEERS = ['everfresh', 'tanstack', 'swr', 'axios-cache-interceptor', 'cache-api'];
const SIZES = [100, 1_000, 5_000];

/** The rows are of the same visits. @type {Map<number, Promise<any>>} */
const visits = new Map();

const rows = [
  ['hydrate-first', 'persisted entries after a reload, to the first read', 'first'],
  ['hydrate-full', 'persisted entries after a reload, until all are read', 'full'],
  ['storage-hit', 'of that, each entry after the first', 'each'],
];

export default rows.map(([id, title, part]) => ({
  id,
  title,
  sizes: SIZES,
  quick: [5_000],
  async measure(site, size, effort) {
    if (!visits.has(size)) {
      visits.set(size, visit(site, size, effort));
    }
    const found = await visits.get(size);
    const samples = Object.entries(found).map(([name, list]) => [
      name,
      list.map((one) => one[part]),
    ]);
    return { samples: Object.fromEntries(samples), absent: {} };
  },
}));

async function visit(site, size, { visits }) {
  const pages = {};
  for (const name of PEERS) {
    pages[name] = await site.origin();
    await pages[name].load();
    await pages[name].run(
      async (name, size) => globalThis.bench.seed(await globalThis.bench.peer(name), size),
      name,
      size,
    );
  }
  return interleave(PEERS, visits, async (name) => {
    await pages[name].load();
    return pages[name].run(
      async (name, size) => globalThis.bench.restore(await globalThis.bench.peer(name), size),
      name,
      size,
    );
  });
}
