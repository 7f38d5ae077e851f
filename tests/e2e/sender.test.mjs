// Who sends what is durable: one tab at a time, whichever asked; and plain fetch, where a rule makes it durable.
import assert from 'node:assert/strict';
import { pagesBeginningWith } from './support/copies.mjs';
import { suite } from './support/suite.mjs';
import { until } from './support/until.mjs';

const FEED = '/community/';
const POST = '/community/api/posts/1';
const LIKE = `${POST}/like`;
const NO_LOCKS =
  '<script>Object.defineProperty(Navigator.prototype, "locks", { value: undefined })</script>';

suite((scenario) => {
  scenario('P6: another tab may send it, and the one that asked gets the answer', async (site) => {
    const { page, driver, demo } = site;
    await page.open(FEED);
    const first = await driver.getWindowHandle();
    await page.run(
      (url, like) => {
        const { locks } = navigator;
        const request = locks.request.bind(locks);
        // This tab never gets it.
        locks.request = (name, ...rest) =>
          name === 'everfresh:outbox' ? new Promise(() => {}) : request(name, ...rest);
        const { cache } = globalThis.demo;
        globalThis.watching = cache.subscribe(url, () => {});
        const optimistic = { key: url, update: { op: 'increment', path: 'likeCount' } };
        globalThis.liked = cache.mutate({ request: { url: like }, durable: true, optimistic });
      },
      POST,
      LIKE,
    );
    await driver.switchTo().newWindow('tab');
    await page.open(FEED);
    await driver.switchTo().window(first);
    const { likeCount } = await page.run(() => globalThis.liked);
    assert.equal(likeCount, await truth(demo));
    assert.equal((await demo.state()).counts.writes, 1);
    const shown = () => page.run(() => globalThis.watching.state.data?.likeCount);
    await until(async () => (await shown()) === likeCount, 'it shows what the server has');
  });

  scenario('P6: without Web Locks a lease does it, and passes on', async (site) => {
    const server = await site.server({ pages: pagesBeginningWith(site, NO_LOCKS) });
    const page = site.pageOf(server);
    const { driver } = site;
    await page.open(FEED);
    const first = await driver.getWindowHandle();
    await server.set({ failNextWrites: 1000 });
    await page.run((url) => {
      globalThis.demo.cache.mutate({ request: { url }, durable: true });
    }, LIKE);
    const attempts = async () => (await server.state()).counts.writes;
    await until(async () => (await attempts()) > 0, 'it is sent');
    await driver.switchTo().newWindow('tab');
    const second = await driver.getWindowHandle();
    await page.open(FEED);
    const holder = () => page.run(() => localStorage.getItem('everfresh:outbox')?.split(' ')[0]);
    const before = await holder();
    assert.ok(before);
    await driver.switchTo().window(first);
    await driver.close();
    await driver.switchTo().window(second);
    await server.set({ failNextWrites: 0 });
    const done = () => page.run(() => globalThis.demo.cache.mutations.list.length === 0);
    await until(done, 'the other tab sends it');
    assert.notEqual(await holder(), before);
    await until(async () => (await holder()) === '', 'it is given back');
  });

  scenario(
    'P6: who begins to send looks first at what was sent, whatever the head says',
    async (site) => {
      const { page, demo } = site;
      await page.open(FEED);
      const left = await page.run(async (url) => {
        const { locks } = navigator;
        const request = locks.request.bind(locks);
        // The tab that had the lock has sent it; of the heads that two have written at once, ours is the one that stands.
        locks.request = (name, ...rest) => {
          const held = rest.pop();
          return request(name, ...rest, (lock) => {
            const isEdit = (key) => name === 'everfresh:outbox' && key.startsWith('everfresh:o:');
            for (const key of Object.keys(localStorage).filter(isEdit)) {
              localStorage.removeItem(key);
            }
            return held(lock);
          });
        };
        const { cache } = globalThis.demo;
        await cache.mutate({ request: { url }, durable: true });
        return cache.mutations.list.length;
      }, LIKE);
      assert.equal(left, 0);
      assert.equal((await demo.state()).counts.writes, 0);
    },
  );

  scenario('P6: a rule makes fetch durable, and it is answered by what is final', async (site) => {
    const { page, demo } = site;
    await page.open(FEED);
    await demo.set({ failNextWrites: 1 });
    const before = Number(await truth(demo));
    const seen = await page.run(
      async (url, like) => {
        // @ts-expect-error: the page says where that is
        const { createCache } = await import('everfresh');
        const rules = [{ match: '/community/api/*', methods: ['POST'], durable: true }];
        const cache = await createCache({ rules, scope: { id: 'demo' } });
        const states = [];
        cache.events((event) => event.type === 'mutation' && states.push(event.state));
        const stored = () => Object.keys(localStorage).filter((name) => /^everfresh:o:/.test(name));
        const post = (url, body) => cache.fetch(url, { method: 'POST', body });
        const liking = post(like);
        const during = stored().length;
        const liked = await liking;
        const missing = await post(`${url}9999/like`);
        const blob = await post(`${url}/replies`, new Blob(['{"author":"a","text":"b"}']));
        const text = await post(`${url}/replies`, '{"author":"a","text":"b"}');
        const answers = [liked, missing, blob, text].map(({ status }) => status);
        const { likeCount } = await liked.json();
        const { error } = await missing.json();
        const left = [stored().length, cache.mutations.list.length];
        cache.close();
        return { during, answers, likeCount, code: error.code, left, states };
      },
      POST,
      LIKE,
    );
    assert.equal(seen.during, 1);
    assert.deepEqual(seen.answers, [200, 404, 200, 200]);
    assert.equal(seen.likeCount, before + 1);
    assert.equal(await truth(demo), before + 1);
    assert.equal(seen.code, 'not-found');
    assert.deepEqual(seen.left, [0, 0]);
    assert.ok(seen.states.includes('retry'));
  });
});

/**
 * How many likes the server has counted.
 *
 * @param {import('./support/demo.mjs').Demo} demo
 */
async function truth(demo) {
  const { likeCount } = await (await fetch(demo.origin + POST)).json();
  return likeCount;
}
