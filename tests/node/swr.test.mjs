// SWR with a cache beneath it: what the real hooks show of what the cache knows.
import assert from 'node:assert/strict';
import { createElement } from 'react';
import { answer, PATH, read, site, turn, write } from './support/adapter.mjs';
import { configOf, pageOf, scenario, show, swr, useSWRInfinite } from './support/swr.mjs';

scenario('P1: what a write names is fetched anew, and nothing else', async (page) => {
  page.render(show(PATH));
  await answer(PATH, 'a', { 'x-cache-tags': '"team:1"' });
  await page.shows('a;');
  await write('"/users/8", "user:8", "team:2"');
  await turn();
  assert.equal(page.text, 'a;');
  let version = 0;
  for (const named of ['"/users/7"', '"user:7"', '"user"', '"team:1"', '"/users/*"', '*']) {
    await write(named);
    await page.shows(`${version || 'a'}…;`);
    await answer(PATH, ++version, { 'x-cache-tags': '"team:1"' });
    await page.shows(`${version};`);
  }
});

scenario('P1: what no hook shows is not shown again', async (page) => {
  page.render(show(PATH));
  await answer(PATH, 'a');
  await page.shows('a;');
  page.render();
  await page.shows('');
  await write('"/users/7"');
  await turn();
  page.render(show(PATH));
  await page.shows('?…;');
  await answer(PATH, 'b');
  await page.shows('b;');
});

scenario('P1: each write counts, also after a request that failed', async (page) => {
  page.render(show(PATH));
  await answer(PATH, 'a');
  await page.shows('a;');
  page.render(show(PATH, { with: { fetcher: failing } }));
  for (let times = 0; times < 2; times++) {
    await write('"/users/7"');
    (await site.next(`GET ${PATH}`)).answer(500, {});
    await page.shows('a!;');
  }
  page.render(show(PATH));
  await write('"/users/7"');
  await answer(PATH, 'b');
  await page.shows('b;');
});

scenario('P1: what the application has set is fetched anew, too', async (page) => {
  /** @type {any} */ let hook;
  page.render(show(PATH, { result: (/** @type {any} */ result) => (hook = result) }));
  await answer(PATH, 'a');
  await page.shows('a;');
  hook.mutate('optimistic', { revalidate: false });
  await page.shows('optimistic;');
  await write('"/users/7"');
  await answer(PATH, 'b');
  await page.shows('b;');
});

scenario('P2: a write that overlaps the first request', async (page) => {
  page.render(show(PATH));
  const reading = await site.next(`GET ${PATH}`);
  await write('"/users/7"');
  reading.answer(200, 'old');
  const again = await site.next(`GET ${PATH}`);
  assert.equal(page.text, '?…;');
  again.answer(200, 'new');
  await page.shows('new;');
});

scenario('P2: a write that overlaps a later request, whose answer is as before', async (page) => {
  /** @type {any} */ let hook;
  page.render(show(PATH, { result: (/** @type {any} */ result) => (hook = result) }));
  await answer(PATH, 'old');
  await page.shows('old;');
  for (let times = 0; times < 2; times++) {
    hook.mutate();
    const reading = await site.next(`GET ${PATH}`);
    await write('"/users/7"');
    reading.answer(200, 'old');
    await answer(PATH, `new ${times}`);
    await page.shows(`new ${times};`);
  }
});

scenario('P2: a read while a write is under way is read again after it', async (page) => {
  const written = fetch(site.url(PATH), { method: 'PATCH' });
  const writing = await site.next(`PATCH ${PATH}`);
  page.render(show(PATH));
  await answer(PATH, 'old');
  await page.shows('old;');
  assert.equal(site.waiting, 0);
  writing.answer(200, {});
  await written;
  await answer(PATH, 'new');
  await page.shows('new;');
});

scenario('P3: what another tab writes is fetched anew', async (page, _cache, other) => {
  page.render(show(PATH));
  await answer(PATH, 'a');
  await page.shows('a;');
  await write('"/users/7"', other.fetch);
  await answer(PATH, 'b');
  await page.shows('b;');
});

scenario('P8: when somebody else signs in, all is forgotten', async (page, cache) => {
  const kept = { with: { keepPreviousData: true } };
  page.render(show(PATH, kept));
  await answer(PATH, "alice's");
  await page.shows("alice's;");
  cache.setScope({ id: 'bob' });
  await page.shows('?…;');
  await answer(PATH, "bob's");
  await page.shows("bob's;");
  cache.setScope({ id: 'carol' });
  const asked = await site.next(`GET ${PATH}`);
  cache.setScope({ id: 'dan' });
  const again = await site.next(`GET ${PATH}`);
  asked.answer(200, "carol's");
  again.answer(200, "dan's");
  await page.shows("dan's;");
});

scenario(
  'P8: also where no hook is there, and by an SWR that knows no other way',
  async (_page, cache) => {
    const { use, ...config } = configOf(cache);
    /** @param {any} next */
    const older =
      (next) => (/** @type {any} */ key, /** @type {any} */ fetcher, /** @type {any} */ of) =>
        next(key, fetcher, { ...of, unload: undefined });
    const next = pageOf({ ...config, use: [older, ...use] });
    next.render(show(PATH));
    await answer(PATH, "alice's");
    await next.shows("alice's;");
    cache.setScope({ id: 'bob' });
    await next.shows('?…;');
    await answer(PATH, "bob's");
    await next.shows("bob's;");
    next.leave();
    cache.setScope({ id: 'carol' });
    const again = next.again();
    again.render(show(PATH));
    await again.shows('?…;');
    await answer(PATH, "carol's");
    await again.shows("carol's;");
    again.leave();
  },
);

scenario(
  'P1: what is invalidated after all hooks have gone is not shown again',
  async (page, cache) => {
    page.render(show(PATH));
    await answer(PATH, 'a');
    await page.shows('a;');
    page.leave();
    cache.invalidate(PATH);
    await turn();
    const next = page.again();
    next.render(show(PATH));
    await next.shows('?…;');
    await answer(PATH, 'b');
    await next.shows('b;');
    next.leave();
  },
);

scenario('P1: pages of a list count by themselves', async (page) => {
  /** @type {any} */ let list;
  const List = () => {
    list = useSWRInfinite((index) => `/pages/${index}`, { initialSize: 2 });
    return `${list.data}${list.isValidating ? '…' : ''}`;
  };
  page.render(createElement(List));
  await answer('/pages/0', 'a');
  await answer('/pages/1', 'b');
  await page.shows('a,b');
  await write('"/pages/1"');
  await answer('/pages/0', 'a');
  await answer('/pages/1', 'c');
  await page.shows('a,c');
  await write('*');
  await answer('/pages/0', 'a');
  await answer('/pages/1', 'c');
  await turn();
  await page.shows('a,c');
  page.render();
  await page.shows('');
  await write('"/pages/1"');
  await turn();
  page.render(createElement(List));
  await answer('/pages/1', 'd');
  await page.shows('a,d');
});

scenario('P2: a write that overlaps the request for a page', async (page) => {
  /** @type {any} */ let list;
  const List = () => {
    list = useSWRInfinite((index) => `/pages/${index}`, { initialSize: 2 });
    return `${list.data}${list.isValidating ? '…' : ''}`;
  };
  page.render(createElement(List));
  await answer('/pages/0', 'a');
  const reading = await site.next('GET /pages/1');
  await write('"/pages/1"');
  reading.answer(200, 'old');
  await answer('/pages/1', 'new');
  await page.shows('a,new');
  list.mutate();
  await answer('/pages/0', 'a');
  const again = await site.next('GET /pages/1');
  await write('"/pages/1"');
  again.answer(200, 'old');
  await answer('/pages/1', 'newer');
  await page.shows('a,newer');
});

scenario('P1: what a key names is a path, also where nothing is fetched', async (page) => {
  let version = 0;
  page.render(show('/users/7?full=1', { with: { fetcher: async () => ++version } }));
  await page.shows('1;');
  await write('"user:7"');
  await page.shows('2;');
  await write('"/users/7?full=2"');
  await write('"/users/7?full=1"');
  await page.shows('3;');
});

scenario(
  'P1: tags of the application count',
  async (page) => {
    let version = 0;
    page.render(show(['user', 7], { with: { fetcher: async () => ++version } }));
    await page.shows('1;');
    await write('"user:7"');
    await page.shows('2;');
  },
  { tags: (key) => [/** @type {any} */ (key).join(':')] },
);

scenario('P1: a key of SWR is a key of the cache', async (page, cache) => {
  const fetcher = () => read(PATH);
  page.render(show(['user', { id: 7 }], { with: { fetcher } }));
  await answer(PATH, 'a');
  await page.shows('a;');
  cache.invalidateKey(['swr', swr.unstable_serialize(['user', { id: 7 }])]);
  await answer(PATH, 'b');
  await page.shows('b;');
});

scenario('data that was kept is there at once', async (page, cache) => {
  page.render(show(PATH));
  await answer(PATH, 'a');
  await page.shows('a;');
  for (let times = 0; times < 2; times++) {
    const next = pageOf(configOf(cache));
    next.render(show(PATH));
    await next.shows('a;');
    await turn();
    next.leave();
  }
});

scenario('P1: a key that is a function is that of its result', async (page) => {
  const of = () => PATH;
  page.render(show(of));
  await answer(PATH, 'a');
  await page.shows('a;');
  await write('"/users/7"');
  await page.shows('a…;');
  await answer(PATH, 'b');
  await page.shows('b;');
});

scenario('P1: kept data that is out of date is not', async (page, cache) => {
  page.render(show(PATH));
  await answer(PATH, 'a');
  await page.shows('a;');
  page.render();
  await page.shows('');
  cache.invalidate(PATH, { mode: 'stale' });
  const next = pageOf(configOf(cache));
  next.render(show(PATH));
  await next.shows('?…;');
  await answer(PATH, 'b');
  await next.shows('b;');
  next.leave();
});

scenario('P1: nor is what the application has replaced', async (page, cache) => {
  /** @type {any} */ let hook;
  page.render(show(PATH, { result: (/** @type {any} */ result) => (hook = result) }));
  await answer(PATH, 'a');
  await page.shows('a;');
  hook.mutate('set', { revalidate: false });
  await page.shows('set;');
  const next = pageOf(configOf(cache));
  next.render(show(PATH, { with: { fetcher: null } }));
  await next.shows(';');
  next.leave();
});

/** @param {string} path */
async function failing(path) {
  const { ok } = await fetch(site.url(path));
  if (!ok) throw new Error('no');
}
