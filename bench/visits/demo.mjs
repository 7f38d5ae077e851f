// Thresholds, over the demo: what a person would notice.
import { Demo } from '../../tests/e2e/support/demo.mjs';
import { Page } from '../../tests/e2e/support/page.mjs';
import { interleave } from './rounds.mjs';

const EDITOR = '/studio/?story=42&chapter=1&scene=1';
const COMMUNITY = '/community/';
const POSTS = '/community/api/posts';

/** Longer than what is measured, so that it is not the server's answer that shows. Milliseconds. */
const LATENCY = 400;

const MS = 1e6;

export default [
  {
    id: 'demo-uncached',
    title: 'the studio, on the first visit, until it is drawn',
    limit: 5_000 * MS,
    sizes: [1],
    measure: ({ session }, _size, { visits }) =>
      each(visits, () => withDemo(session, (page) => load(page, EDITOR))),
  },
  {
    id: 'demo-cached',
    title: 'the studio, reloaded, until it is drawn from storage',
    limit: 2_000 * MS,
    sizes: [1],
    measure: ({ session }, _size, { visits }) =>
      withDemo(session, async (page) => {
        await load(page, EDITOR);
        const stored = () => globalThis.demo.cache.entries().every(({ storage }) => storage);
        while (!(await page.run(stored)));
        return each(visits, async () => {
          await page.refresh();
          await page.badge('scene', 'storage');
          return load(page);
        });
      }),
  },
  {
    id: 'demo-hit',
    title: 'a cached answer, in the demo, to JSON',
    limit: 100 * MS,
    sizes: [1],
    measure: ({ session }, _size, { visits }) =>
      withDemo(session, async (page) => {
        await load(page, COMMUNITY);
        return each(visits, () => page.run(hit, POSTS));
      }),
  },
  {
    id: 'demo-optimistic',
    title: 'a click on “like” until the number on the page has changed',
    limit: 50 * MS,
    sizes: [1],
    measure: ({ session }, _size, { visits }) =>
      withDemo(session, async (page, demo) => {
        await demo.set({ writeLatencyMs: LATENCY });
        await load(page, COMMUNITY);
        return each(visits, () => page.run(like));
      }),
  },
  {
    id: 'demo-later',
    title: 'an entry that is good for an hour, after 30 minutes by a clock that is put forward',
    limit: 100 * MS,
    sizes: [1],
    async measure(site) {
      const page = await (await site.origin()).load();
      return { samples: { everfresh: [await page.run(later)] }, absent: {} };
    },
  },
  {
    id: 'demo-next',
    title: 'the next page, from the click until its data is drawn',
    sizes: [1],
    async measure({ session }, _size, { visits }) {
      const samples = await interleave(['everfresh', 'without'], visits, (name) =>
        withDemo(session, async (page) => {
          page.isPrefetching = name === 'everfresh';
          await load(page, COMMUNITY);
          if (page.isPrefetching) await page.says('prefetch-visible-open', /^[1-9]/);
          return page.run(next);
        }),
      );
      return { samples, absent: {} };
    },
  },
];

/** With a server, and so an origin, that the browser has never seen. */
async function withDemo(session, work) {
  const demo = await Demo.start();
  try {
    return await work(new Page(session, demo.origin), demo);
  } finally {
    await session.driver.get('about:blank');
    await demo.stop();
  }
}

/** Measures so often. */
async function each(times, once) {
  const everfresh = [];
  for (let left = times; left > 0; left -= 1) everfresh.push(await once());
  return { samples: { everfresh }, absent: {} };
}

/** Nanoseconds from the start of the navigation until the page was drawn, at most: until that was seen. */
async function load(page, path) {
  if (path) await page.open(path);
  return page.run(async () => {
    await globalThis.demo.ready;
    return performance.now() * 1e6;
  });
}

async function hit(url) {
  const start = performance.now();
  const response = await fetch(url);
  await response.json();
  const took = performance.now() - start;
  const status = response.headers.get('cache-status');
  if (!/everfresh; hit/.test(status)) throw new Error(`it was no hit: ${status}`);
  return took * 1e6;
}

async function like() {
  const button = document.querySelector('[data-testid^=like-]');
  const number = document.querySelector('[data-testid^=likes-]');
  const before = number.textContent;
  const changed = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (number.textContent !== before) {
        observer.disconnect();
        resolve(performance.now());
      }
    });
    observer.observe(number, { childList: true, characterData: true, subtree: true });
  });
  const start = performance.now();
  button.click();
  return ((await changed) - start) * 1e6;
}

async function later() {
  const { createCache } = await import(String('everfresh'));
  const hour = 3_600_000;
  const cache = await createCache({ rules: [{ match: '/data/*', staleTime: hour }] });
  const read = async () => {
    const response = await cache.fetch('/data/1');
    await response.json();
    return response.headers.get('cache-status');
  };
  await read();
  while (cache.entries().length === 0) {
    await new Promise((resolve) => setTimeout(resolve));
  }
  const { now } = Date;
  Date.now = () => now() + hour / 2;
  const start = performance.now();
  const status = await read();
  const took = performance.now() - start;
  Date.now = now;
  if (!/hit; ttl=(1799|1800);/.test(status)) throw new Error(`it was no hit: ${status}`);
  return took * 1e6;
}

async function next() {
  const open = document.querySelector('[data-testid^=thread-]');
  const id = open.dataset.testid.slice('thread-'.length);
  const source = () => document.querySelector(`[data-testid=badge-post-${id}]`)?.dataset.source;
  const start = performance.now();
  open.click();
  while (!source() || source() === 'loading') {
    await new Promise((resolve) => setTimeout(resolve));
  }
  return (performance.now() - start) * 1e6;
}
