// What an invalidation costs, however much is stored: of a tag that 10 entries have, and of one that all have.
import { connect } from 'node:net';
import { each, invalidate, isHit } from './client.mjs';
import { everfresh, missing, redis } from './peers.mjs';

/** How many tags of 10 entries are invalidated, one after the other. */
const TAGS = 200;

/**
 * @param {string} dir
 * @param {{ port: number }} origin
 * @param {number[]} sizes
 */
export async function invalidation(dir, origin, sizes) {
  const results = [];
  for (const entries of sizes) {
    const proxy = await everfresh(dir, origin.port);
    try {
      results.push({
        store: 'memory',
        ...(await measure(proxy, entries, async () => 0, proxy.memory)),
      });
    } finally {
      await proxy.stop();
    }
    if (missing(['redis-server']).length === 0) {
      results.push({ store: 'Redis', ...(await inRedis(dir, origin, entries)) });
    }
  }
  return results;
}

async function inRedis(dir, origin, entries) {
  const server = await redis(dir);
  const proxy = await everfresh(dir, origin.port, ['--redis', server.url]);
  try {
    // A Redis that has just begun stores nothing yet.
    while (!(await isHit(`${proxy.origin}/up?size=10`))) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return await measure(proxy, entries, () => scriptTime(server.port), server.memory);
  } finally {
    await proxy.stop();
    await server.stop();
  }
}

/** @param {{ origin: string }} proxy @param {number} entries @param {() => Promise<number>} busy @param {() => number} memory */
async function measure({ origin }, entries, busy, memory) {
  const url = (n) => `${origin}/entry/${n}?size=200&tags=all.group-${Math.floor(n / 10)}`;
  const empty = memory();
  await each(entries, async (n) => void (await isHit(url(n))));
  const perEntry = (memory() - empty) / entries;
  await each(entries, async (n) => {
    if (!(await isHit(url(n)))) {
      throw new Error(`of ${entries} entries, ${n} is not stored`);
    }
  });
  const tags = Math.min(TAGS, entries / 20);
  const times = [];
  const before = await busy();
  for (let group = 0; group < tags; group += 1) {
    times.push(await invalidate(origin, `group-${group}`));
  }
  const storeMicros = ((await busy()) - before) / tags;
  for (let n = 0; n < 20 * tags; n += 1) {
    if ((await isHit(url(n))) === n < 10 * tags) {
      throw new Error(
        `entry ${n} of ${10 * tags} that were invalidated is ${n < 10 * tags ? '' : 'not '}a hit`,
      );
    }
  }
  const beforeAll = await busy();
  const all = await invalidate(origin, 'all');
  const allMicros = (await busy()) - beforeAll;
  for (let n = 0; n < entries; n += Math.ceil(entries / 500)) {
    if (await isHit(url(n))) {
      throw new Error(`entry ${n} is a hit after all were invalidated`);
    }
  }
  return { entries, perEntry, times, storeMicros, all, allMicros };
}

/** How long Redis has run scripts so far, in microseconds. @param {number} port */
function scriptTime(port) {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write('INFO commandstats\r\nQUIT\r\n'));
    socket.on('data', (data) => {
      text += data;
    });
    socket.on('end', () => {
      const all = [...text.matchAll(/cmdstat_eval(?:sha)?:calls=\d+,usec=(\d+)/g)];
      resolve(all.reduce((sum, [, micros]) => sum + Number(micros), 0));
    });
    socket.on('error', reject);
  });
}
