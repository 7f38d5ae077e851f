// How long it takes until an invalidation has reached all who listen.
import { invalidate, listen } from './client.mjs';
import { everfresh, missing, redis } from './peers.mjs';

/**
 * @param {string} dir
 * @param {{ port: number }} origin
 * @param {{ listeners: number, rounds: number }} effort
 */
export async function fanout(dir, origin, { listeners, rounds }) {
  const results = [];
  const alone = await everfresh(dir, origin.port, ['--events']);
  try {
    results.push({
      store: 'memory',
      instances: 1,
      listeners,
      rounds: await measure([alone], listeners, rounds),
    });
  } finally {
    await alone.stop();
  }
  if (missing(['redis-server']).length) {
    return results;
  }
  const server = await redis(dir);
  const proxies = [];
  try {
    for (const instances of [1, 2, 4]) {
      while (proxies.length < instances) {
        proxies.push(await everfresh(dir, origin.port, ['--events', '--redis', server.url]));
      }
      results.push({
        store: 'Redis',
        instances,
        listeners,
        rounds: await measure(proxies, listeners, rounds),
      });
    }
  } finally {
    await Promise.all(proxies.map((proxy) => proxy.stop()));
    await server.stop();
  }
  return results;
}

/** In each round one target is invalidated, through the first proxy; listeners are spread over all. */
async function measure(proxies, listeners, rounds) {
  let heard = new Set();
  let all = () => {};
  let wanted = '';
  const ends = [];
  for (let n = 0; n < listeners; n += 1) {
    const hear = (text) => {
      if (wanted && text.includes(wanted)) {
        heard.add(n);
        if (heard.size === listeners) {
          all();
        }
      }
    };
    ends.push(await listen(proxies[n % proxies.length].origin, hear));
  }
  const results = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      heard = new Set();
      wanted = `target-${round}-${listeners}`;
      const reached = new Promise((resolve) => {
        all = () => resolve(undefined);
      });
      const started = performance.now();
      await invalidate(proxies[0].origin, wanted);
      await reached;
      results.push(performance.now() - started);
    }
  } finally {
    for (const end of ends) {
      end();
    }
  }
  return results;
}
