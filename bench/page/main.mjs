// What runs in the page: measures one row at one size, and gives the samples back.
import fetching from '../rows/fetch.mjs';
import invalidating from '../rows/invalidate.mjs';
import notifying from '../rows/notify.mjs';
import optimistic from '../rows/optimistic.mjs';
import registering from '../rows/prefetch.mjs';
import reading from '../rows/read.mjs';
import { measure } from './rounds.mjs';
import { restore, seed, stall } from './stored.mjs';

const GROUPS = {
  read: reading,
  invalidate: invalidating,
  fetch: fetching,
  optimistic,
  notify: notifying,
  prefetch: registering,
};

const ROWS = Object.entries(GROUPS).flatMap(([group, rows]) =>
  rows.map((row) => ({ ...row, group })),
);

/** Each is a script of its own, so that a page loads what it measures. */
const PEERS = {
  apollo: () => import('../peers/apollo.mjs'),
  'axios-cache-interceptor': () => import('../peers/axios-cache-interceptor.mjs'),
  'cache-api': () => import('../peers/cache-api.mjs'),
  everfresh: () => import('../peers/everfresh.mjs'),
  'everfresh-unmeasured': () => import('../peers/everfresh-unmeasured.mjs'),
  'http-cache': () => import('../peers/http-cache.mjs'),
  map: () => import('../peers/map.mjs'),
  quicklink: () => import('../peers/quicklink.mjs'),
  rtk: () => import('../peers/rtk.mjs'),
  swr: () => import('../peers/swr.mjs'),
  tanstack: () => import('../peers/tanstack.mjs'),
};

async function peer(name) {
  return (await PEERS[name]()).default;
}

/** The rows, without what they do. */
function rows() {
  return ROWS.map(({ group, id, title, sizes, alone }) => ({ group, id, title, sizes, alone }));
}

async function row(id, size, effort) {
  const { needs, peers, task, stub, limits = {} } = ROWS.find((row) => row.id === id);
  if (stub) {
    globalThis.fetch = stub;
  }
  const absent = {};
  const tasks = {};
  const stores = [];
  for (const name of peers) {
    const made = await peer(name);
    const [most, why] = limits[name] ?? [];
    if (made.lacks[needs] || size > most) {
      absent[name] = made.lacks[needs] ?? why;
      continue;
    }
    const store = await made.store();
    stores.push(store);
    tasks[name] = await named(name, () => task(store, size, name));
    const { check } = tasks[name];
    tasks[name].check = () => named(name, check);
  }
  const samples = await measure(tasks, effort);
  for (const store of stores) await store.close();
  return { samples, absent };
}

/** Says whose error it is. */
async function named(name, work) {
  try {
    return await work();
  } catch (error) {
    throw new Error(`${name}: ${error.message}`, { cause: error });
  }
}

globalThis.bench = { row, rows, peer, seed, restore, stall };
