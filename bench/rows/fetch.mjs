import { same, turn } from '../page/rounds.mjs';

/** How many URLs are asked for in turn. */
const URLS = 8;
const CONCURRENT = 1_000;

const body = (id) => ({ id, text: 'x'.repeat(1_000) });
const text = (id) => JSON.stringify(body(id));
const idOf = (url) => Number(/(\d+)(?:\?|$)/.exec(url)[1]);

const { fetch: native } = globalThis;

/** Answers at once, in place of a network. */
async function stub(input) {
  const url = typeof input === 'string' ? input : (input.url ?? input.href);
  if (!/\/(data|other)\//.test(url)) {
    return native(input);
  }
  return new Response(text(idOf(url)), { headers: { 'content-type': 'application/json' } });
}

/** Answers after a turn, and counts how often it is asked. */
async function counting(input) {
  counting.calls += 1;
  await turn();
  return stub(input);
}
counting.calls = 0;

/** Asks for URLs one after the other. */
function serially(store, next) {
  return async (count) => {
    for (let left = count; left > 0; left -= 1) await store.json(next());
  };
}

function inTurn(prefix) {
  let at = 0;
  return () => {
    at = (at + 1) % URLS;
    return `${prefix}${at}`;
  };
}

let unique = 0;

export default [
  {
    id: 'fetch-hit',
    title: '`fetch` of 1 KB that is cached, to parsed JSON',
    needs: 'json',
    peers: [
      'everfresh',
      'everfresh-unmeasured',
      'http-cache',
      'cache-api',
      'axios-cache-interceptor',
      'tanstack',
    ],
    sizes: [URLS],
    async task(store) {
      for (let id = 0; id < URLS; id += 1) await store.json(`/data/${id}`);
      return {
        check: async () => same(await store.json('/data/5'), body(5), 'what was asked for'),
        run: serially(store, inTurn('/data/')),
      };
    },
  },
  {
    id: 'fetch-no-rule',
    title: '`fetch` of a URL without a rule, over a stub in place of the network',
    needs: 'json',
    peers: ['everfresh', 'http-cache'],
    sizes: [URLS],
    stub,
    async task(store) {
      return {
        check: async () => same(await store.json('/other/5'), body(5), 'what was asked for'),
        run: serially(store, inTurn('/other/')),
      };
    },
  },
  {
    id: 'fetch-miss',
    title: '`fetch` of a URL that is not cached yet, over a stub in place of the network',
    needs: 'json',
    peers: ['everfresh', 'http-cache', 'axios-cache-interceptor', 'tanstack'],
    sizes: [1],
    stub,
    async task(store) {
      const next = () => {
        unique += 1;
        return `/data/${unique}`;
      };
      return {
        check: async () => same(await store.json('/data/0'), body(0), 'what was asked for'),
        run: serially(store, next),
      };
    },
  },
  {
    id: 'fetch-miss-network',
    title: '`fetch` of a URL that is not cached yet, from a server on this machine',
    needs: 'json',
    peers: ['everfresh', 'http-cache', 'axios-cache-interceptor', 'tanstack'],
    sizes: [1],
    async task(store) {
      const next = () => {
        unique += 1;
        return `/data/${unique}?${performance.now()}`;
      };
      return {
        check: async () => same(await store.json('/data/0?new'), body(0), 'what was asked for'),
        run: serially(store, next),
      };
    },
  },
  {
    id: 'fetch-concurrent',
    title: `${CONCURRENT} equal GETs at once, to parsed JSON`,
    needs: 'json',
    peers: ['everfresh', 'http-cache', 'axios-cache-interceptor', 'tanstack'],
    sizes: [CONCURRENT],
    stub: counting,
    async task(store, size, name) {
      const run = async () => {
        unique += 1;
        const url = `/data/${unique}`;
        return Promise.all(Array.from({ length: size }, () => store.json(url)));
      };
      return {
        async check() {
          counting.calls = 0;
          const all = await run();
          same(all.length, size, 'answers');
          same(all[size - 1], body(unique), 'what was asked for');
          same(counting.calls, name === 'http-cache' ? size : 1, 'requests');
        },
        async run(count) {
          for (let left = count; left > 0; left -= 1) await run();
        },
      };
    },
  },
];
