// What comes back after a reload, and what putting it into storage costs.
import { HOUR, item, range } from './items.mjs';
import { same, turn } from './rounds.mjs';

/** Answers for items, in place of a network. */
export async function answers(input) {
  const url = typeof input === 'string' ? input : (input.url ?? input.href);
  const id = /\/items\/(\d+)$/.exec(url)?.[1];
  if (id === undefined) {
    return native(input);
  }
  const headers = { 'cache-control': `max-age=${HOUR / 1000}` };
  return Response.json(item(Number(id)), { headers });
}

const { fetch: native } = globalThis;

/** The shortest that browsers grant a timer that goes on. Milliseconds. */
const INTERVAL = 4;

/** Puts items into storage. */
export async function seed({ stored }, size) {
  globalThis.fetch = answers;
  if (stored.seed) {
    await stored.seed(size);
  } else {
    const { add, isStored } = await stored.writer();
    for (const id of range(size)) await add(id);
    await until(() => isStored(size));
  }
}

/** Nanoseconds to the first item, to all of them, and for each in between. */
export async function restore({ stored }, size) {
  const start = performance.now();
  const read = await stored.open();
  const one = await read(size >> 1);
  const first = performance.now();
  const all = [];
  for (const id of range(size)) all.push(await read(id));
  const full = performance.now();
  same(one, item(size >> 1), 'what was read first');
  for (const id of range(size)) same(all[id], item(id), 'what was stored');
  return {
    first: (first - start) * 1e6,
    full: (full - start) * 1e6,
    each: ((full - first) * 1e6) / size,
  };
}

/** By how much a timer is late at most, while items are put into storage. Nanoseconds. */
export async function stall({ stored }, size) {
  globalThis.fetch = answers;
  const { add, isStored } = await stored.writer();
  let latest = 0;
  let last = performance.now();
  // Not a loop that never rests: what waits for an idle moment has to find one.
  const timer = setInterval(() => {
    const now = performance.now();
    latest = Math.max(latest, now - last - INTERVAL);
    last = now;
  }, INTERVAL);
  for (const id of range(size)) {
    await add(id);
    await turn();
  }
  await until(() => isStored(size));
  await new Promise((resolve) => setTimeout(resolve, 2 * INTERVAL));
  clearInterval(timer);
  return latest * 1e6;
}

async function until(is) {
  while (!is()) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
