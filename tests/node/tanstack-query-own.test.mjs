// TanStack Query with a cache beneath it: what is its own stays as it was.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onlineManager, QueryClient } from '@tanstack/query-core';
import { answer, everfresh, PATH, read, site, turn, write } from './support/adapter.mjs';
import { adapter, client, KEY, query, scenario, use } from './support/tanstack-query.mjs';

/** @typedef {import('../../pkg-template/dist/slim.js').Cache} Cache */

scenario("P1: the application's own invalidation reaches the server", async (queryClient) => {
  const used = use(queryClient);
  await answer(PATH, 'a');
  await used.shows('a');
  queryClient.invalidateQueries({ queryKey: ['user'] });
  const first = await site.next(`GET ${PATH}`);
  queryClient.invalidateQueries({ queryKey: ['user'] });
  const second = await site.next(`GET ${PATH}`);
  first.answer(200, 'b');
  second.answer(200, 'c');
  await used.shows('c');
  queryClient.resetQueries({ queryKey: KEY });
  assert.equal(used.result.data, undefined);
  await answer(PATH, 'd');
  await used.shows('d');
});

scenario('data that was kept is there at once, as old as it is', async (queryClient, cache) => {
  const before = Date.now();
  const used = use(queryClient);
  await answer(PATH, 'a');
  await used.shows('a');
  while (Date.now() === used.result.dataUpdatedAt) await turn();

  const next = client();
  const stop = adapter.connectQueryClient({ queryClient: next, cache });
  const shown = use(next);
  assert.deepEqual([shown.result.data, shown.result.fetchStatus], ['a', 'idle']);
  const { dataUpdatedAt } = shown.result;
  assert.ok(before <= dataUpdatedAt && dataUpdatedAt <= used.result.dataUpdatedAt);
  shown.leave();
  next.clear();
  stop();
});

scenario('a query that is gone is not asked for', async (queryClient, cache, { stop }) => {
  for (const end of [() => queryClient.clear(), stop]) {
    const fetched = queryClient.fetchQuery(/** @type {any} */ (query()));
    await answer(PATH, 'a');
    await fetched;
    cache.invalidate('/users/7');
    end();
    await turn();
  }
  assert.equal(queryClient.getQueryState(KEY)?.isInvalidated, false);
});

scenario('initial data goes before what was kept', async (queryClient, cache) => {
  const used = use(queryClient);
  await answer(PATH, 'a');
  await used.shows('a');
  const next = client();
  const stop = adapter.connectQueryClient({ queryClient: next, cache });
  assert.equal(use(next, { initialData: 'initial' }).result.data, 'initial');
  next.clear();
  stop();
});

scenario('initial data and placeholders are as they were', async (queryClient) => {
  const used = use(queryClient, { initialData: 'initial' });
  assert.deepEqual([used.result.data, used.result.fetchStatus], ['initial', 'idle']);
  const placed = use(queryClient, { queryKey: ['b'], placeholderData: 'for now' });
  assert.equal(placed.result.isPlaceholderData, true);
  await answer(PATH, 'a');
  await placed.shows('a');
});

scenario(
  'P1: what is not enabled is not fetched, and is known to be stale',
  async (queryClient) => {
    const used = use(queryClient, { enabled: false });
    used.observer.refetch();
    await answer(PATH, 'a');
    await used.shows('a');
    await write('"/users/7"');
    await used.until((result) => result.data === 'a');
    assert.equal(queryClient.getQueryState(KEY)?.isInvalidated, true);
  },
);

scenario('what nobody wants any more is aborted if its signal was read', async (queryClient) => {
  const used = use(queryClient, { queryFn: ({ signal }) => read(PATH, { signal }) });
  const aborted = await site.next(`GET ${PATH}`);
  used.leave();
  await aborted.gone;

  const other = use(queryClient, { queryKey: ['other'] });
  const asked = await site.next(`GET ${PATH}`);
  other.leave();
  asked.answer(200, 'a');
  while (queryClient.getQueryData(['other']) !== 'a') await turn();
});

scenario('errors and retries are those of the query function', async (queryClient) => {
  const error = new Error('no');
  let times = 0;
  const queryFn = async () => {
    times++;
    throw error;
  };
  const used = use(queryClient, { queryFn, retry: 2, retryDelay: 0 });
  await used.until((result) => result.isError);
  assert.equal(used.result.error, error);
  assert.equal(times, 3);
});

scenario('offline, a request waits as it did', async (queryClient) => {
  onlineManager.setOnline(false);
  try {
    const used = use(queryClient);
    assert.equal(used.result.fetchStatus, 'paused');
    onlineManager.setOnline(true);
    await answer(PATH, 'a');
    await used.shows('a');
  } finally {
    onlineManager.setOnline(true);
  }
});

scenario('a persister of its own is heeded', async (queryClient, cache) => {
  const persister = async () => 'its own';
  await use(queryClient, { persister }).shows('its own');
  const other = new QueryClient({ defaultOptions: { queries: { persister } } });
  const stop = adapter.connectQueryClient({ queryClient: other, cache });
  await use(other).shows('its own');
  other.clear();
  stop();
});

scenario(
  'P1: tags of the application count, also where it does not fetch',
  async (queryClient) => {
    let version = 0;
    const used = use(queryClient, { queryFn: async () => ++version, meta: { tags: ['/users/7'] } });
    await used.shows(1);
    await write('"user:7"');
    await used.shows(2);
    queryClient.setQueryData(['set'], 'by the application');
    await write('"set"');
    await turn();
    assert.equal(queryClient.getQueryState(['set'])?.isInvalidated, true);
  },
  { tags: ({ queryKey, meta }) => /** @type {any} */ (meta?.tags ?? queryKey) },
);

scenario(
  'what is not to be connected is left alone',
  async (queryClient, cache) => {
    const used = use(queryClient);
    await answer(PATH, 'a');
    await used.shows('a');
    assert.equal(cache.peek(['tanstack', ...KEY]), undefined);
    await write('"/users/7"');
    await turn();
    assert.equal(used.result.isFetching, false);
  },
  { predicate: ({ queryKey }) => queryKey[0] !== 'user' },
);

scenario('P1: what is there before is connected', async (_queryClient, cache) => {
  const queryClient = client();
  const used = use(queryClient);
  await answer(PATH, 'a');
  await used.shows('a');
  const stop = adapter.connectQueryClient({ queryClient, cache });
  used.observer.refetch();
  await answer(PATH, 'b');
  await used.shows('b');
  await write('"/users/7"');
  await answer(PATH, 'c');
  await used.shows('c');
  used.leave();
  stop();
});

scenario('where it is ended, all is as before', async (queryClient, _cache, { stop }) => {
  const used = use(queryClient);
  await answer(PATH, 'a');
  await used.shows('a');
  stop();
  await write('"/users/7"');
  await turn();
  assert.equal(used.result.isFetching, false);
  used.observer.refetch();
  await answer(PATH, 'b');
  await used.shows('b');
  assert.equal(Object.hasOwn(queryClient.getDefaultOptions().queries ?? {}, 'persister'), false);
});

test('P7: without a cache, the client is left alone', () => {
  const queryClient = client();
  const before = queryClient.getDefaultOptions();
  const failure = new everfresh.EverfreshError('no-page', 'there is none');
  const cache = /** @type {Cache} */ ({ failure });
  adapter.connectQueryClient({ queryClient, cache })();
  assert.equal(queryClient.getDefaultOptions(), before);
});
