// TanStack Query with a cache beneath it: what the real library shows of what the cache knows.
import assert from 'node:assert/strict';
import { InfiniteQueryObserver, MutationObserver } from '@tanstack/query-core';
import { answer, PATH, read, site, turn, write } from './support/adapter.mjs';
import { adapter, client, KEY, query, scenario, use } from './support/tanstack-query.mjs';

scenario('P1: what a write names is fetched anew, and nothing else', async (queryClient) => {
  const used = use(queryClient);
  await answer(PATH, 'a', { 'x-cache-tags': '"team:1"' });
  await used.shows('a');
  await write('"/users/8", "user:8", "team:2"');
  assert.equal(used.result.isFetching, false);
  let version = 0;
  for (const named of ['"/users/7"', '"user:7"', '"user"', '"team:1"', '"/users/*"', '*']) {
    await write(named);
    assert.equal(used.result.isFetching, true, named);
    assert.equal(used.result.isStale, true, named);
    await answer(PATH, ++version, { 'x-cache-tags': '"team:1"' });
    await used.shows(version);
    assert.equal(used.result.isStale, false);
  }
});

scenario('P1: what nobody uses is fetched anew once it is used', async (queryClient) => {
  const used = use(queryClient);
  await answer(PATH, 'a');
  await used.shows('a');
  used.leave();
  await write('"/users/7"');
  await turn();
  const again = use(queryClient);
  assert.deepEqual([again.result.data, again.result.isFetching], ['a', true]);
  await answer(PATH, 'b');
  await again.shows('b');
});

scenario('P1: each write counts, also after a request that failed', async (queryClient) => {
  const used = use(queryClient);
  await answer(PATH, 'a');
  await used.shows('a');
  for (let times = 0; times < 2; times++) {
    await write('"/users/7"');
    (await site.next(`GET ${PATH}`)).answer(500, {});
    await used.until((result) => !result.isFetching);
  }
  await write('"/users/7"');
  await answer(PATH, 'b');
  await used.shows('b');
});

scenario('P1: what the application has set is fetched anew, too', async (queryClient, cache) => {
  const used = use(queryClient);
  await answer(PATH, 'a');
  await used.shows('a');
  for (const data of ['b', 'c']) {
    queryClient.setQueryData(KEY, 'optimistic');
    assert.equal(used.result.data, 'optimistic');
    await write('"/users/7"');
    await answer(PATH, data);
    await used.shows(data);
    // It is out of date as far as the cache knows, and TanStack believes the application.
    await write('"/users/7"');
    const asked = await site.next(`GET ${PATH}`);
    await queryClient.cancelQueries({ queryKey: KEY });
    const { stores } = cache.metrics();
    asked.answer(200, 'nobody listens');
    while (cache.metrics().stores === stores) await turn();
  }
});

scenario('P2: a write that overlaps the first request', async (queryClient) => {
  const used = use(queryClient);
  const reading = await site.next(`GET ${PATH}`);
  await write('"/users/7"');
  const waiting = queryClient.fetchQuery(/** @type {any} */ (query()));
  reading.answer(200, 'old');
  await answer(PATH, 'new');
  assert.equal(await waiting, 'new');
  await used.shows('new');
  assert.equal(used.result.isStale, false);
});

scenario('P2: the same where nobody uses it yet', async (queryClient) => {
  const waiting = queryClient.prefetchQuery(/** @type {any} */ (query()));
  const reading = await site.next(`GET ${PATH}`);
  await write('"/users/7"');
  reading.answer(200, 'old');
  await answer(PATH, 'new');
  await waiting;
  assert.equal(queryClient.getQueryData(KEY), 'new');
});

scenario(
  'P2: a write that overlaps a later request, whose answer is as before',
  async (queryClient) => {
    const used = use(queryClient);
    await answer(PATH, 'old');
    await used.shows('old');
    for (let times = 0; times < 2; times++) {
      used.observer.refetch();
      const reading = await site.next(`GET ${PATH}`);
      await write('"/users/7"');
      reading.answer(200, 'old');
      await answer(PATH, `new ${times}`);
      await used.shows(`new ${times}`);
    }
  },
);

scenario('P2: a read while a write is under way is read again after it', async (queryClient) => {
  const written = fetch(site.url(PATH), { method: 'PATCH' });
  const writing = await site.next(`PATCH ${PATH}`);
  const used = use(queryClient);
  await answer(PATH, 'old');
  await used.shows('old');
  assert.equal(site.waiting, 0);
  writing.answer(200, {});
  await written;
  await answer(PATH, 'new');
  await used.shows('new');
});

scenario('P3: what another tab writes is fetched anew', async (queryClient, _, { other }) => {
  const used = use(queryClient);
  await answer(PATH, 'a');
  await used.shows('a');
  await write('"/users/7"', other.fetch);
  await answer(PATH, 'b');
  await used.shows('b');
});

scenario('P2: so is what was under way then', async (queryClient, _, { other }) => {
  const used = use(queryClient);
  const reading = await site.next(`GET ${PATH}`);
  await write('"/users/7"', other.fetch);
  await turn();
  reading.answer(200, 'old');
  await answer(PATH, 'new');
  await used.shows('new');
});

scenario('P8: when somebody else signs in, all is forgotten', async (queryClient, cache) => {
  const used = use(queryClient);
  await answer(PATH, "alice's");
  await used.shows("alice's");
  queryClient.setQueryData(['other'], "alice's");
  const mutation = new MutationObserver(queryClient, { mutationFn: async () => 1 });
  await mutation.mutate();
  cache.setScope({ id: 'bob' });
  await used.until((result) => result.isFetching);
  assert.equal(used.result.data, undefined);
  assert.equal(queryClient.getQueryData(['other']), undefined);
  assert.equal(queryClient.getMutationCache().getAll().length, 0);
  await answer(PATH, "bob's");
  await used.shows("bob's");
});

scenario('P8: what is under way then is not shown', async (queryClient, cache) => {
  const used = use(queryClient);
  const asked = await site.next(`GET ${PATH}`);
  cache.setScope({ id: 'bob' });
  const again = await site.next(`GET ${PATH}`);
  asked.answer(200, "alice's");
  again.answer(200, "bob's");
  await used.shows("bob's");
});

scenario('P1: what was removed does not come back', async (queryClient) => {
  const fetched = queryClient.fetchQuery(/** @type {any} */ (query()));
  await answer(PATH, 'a');
  await fetched;
  queryClient.removeQueries();
  const used = use(queryClient);
  assert.equal(used.result.data, undefined);
  await answer(PATH, 'b');
  await used.shows('b');
});

scenario('P1: a key of a query is a key of the cache', async (queryClient, cache) => {
  const used = use(queryClient, { queryKey: ['user', { id: 7, full: true }] });
  await answer(PATH, 'a');
  await used.shows('a');
  cache.invalidateKey(['tanstack', 'user', { full: true, id: 8 }]);
  cache.invalidateKey(['tanstack', 'user', { full: true, id: 7 }]);
  await answer(PATH, 'b');
  await used.shows('b');
  cache.invalidateKey(['tanstack', 'user']);
  await answer(PATH, 'c');
  await used.shows('c');
  used.leave();

  const hashed = use(queryClient, { queryKey: [1n], queryKeyHashFn: () => 'one' });
  await answer(PATH, 'a');
  await hashed.shows('a');
  cache.invalidateKey(['tanstack', 'one']);
  await answer(PATH, 'b');
  await hashed.shows('b');
});

scenario('P1: so does what is read later, with the signal', async (queryClient) => {
  const used = use(queryClient, {
    queryFn: async ({ signal }) => [await read('/a', { signal }), await read('/b', { signal })],
  });
  for (const named of ['"/a"', '"/b"', '"/c"']) {
    await answer('/a', named);
    await answer('/b', named);
    await used.until(({ data, isFetching }) => data?.[1] === named && !isFetching);
    await write(named);
  }
  await turn();
});

scenario('P1: each page of an infinite query counts', async (queryClient) => {
  const observer = new InfiniteQueryObserver(queryClient, {
    queryKey: ['pages'],
    queryFn: ({ pageParam, signal }) => read(`/pages/${pageParam}`, { signal }),
    initialPageParam: 1,
    getNextPageParam: (_last, pages) => pages.length + 1,
  });
  const pages = () => observer.getCurrentResult().data?.pages;
  const leave = observer.subscribe(() => {});
  await answer('/pages/1', 'a');
  while (!pages()) await turn();
  observer.fetchNextPage();
  await answer('/pages/2', 'b');
  while (pages()?.length !== 2) await turn();
  // It is the second page alone that was fetched last, and the data of that is of the first, too.
  await write('"/pages/2"');
  await answer('/pages/1', 'c');
  await answer('/pages/2', 'd');
  while (pages()?.[1] !== 'd') await turn();
  assert.deepEqual(pages(), ['c', 'd']);
  await write('"/pages/2"');
  await answer('/pages/1', 'c');
  await answer('/pages/2', 'e');
  while (pages()?.[1] !== 'e') await turn();
  leave();
});

scenario('P1: kept data that is out of date is shown as that', async (queryClient, cache) => {
  const used = use(queryClient);
  await answer(PATH, 'a');
  await used.shows('a');
  used.leave();
  cache.invalidate('/users/7', { mode: 'stale' });
  const next = client();
  const stop = adapter.connectQueryClient({ queryClient: next, cache });
  const shown = use(next);
  assert.deepEqual([shown.result.data, shown.result.fetchStatus], ['a', 'fetching']);
  await answer(PATH, 'b');
  await shown.shows('b');
  shown.leave();
  stop();
});

scenario(
  'P1: what the application has set does not come back as it was',
  async (queryClient, cache) => {
    const used = use(queryClient);
    await answer(PATH, 'a');
    await used.shows('a');
    queryClient.setQueryData(KEY, 'b');
    const next = client();
    const stop = adapter.connectQueryClient({ queryClient: next, cache });
    assert.equal(use(next, { enabled: false }).result.data, undefined);
    stop();
  },
);
