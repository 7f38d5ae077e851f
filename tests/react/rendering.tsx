// A page that a server has rendered, and a browser takes over.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CacheProvider,
  dehydrate,
  hydrate,
  useInfiniteQuery,
  useQuery,
  useSuspenseQuery,
} from 'everfresh/react';
import { act, StrictMode, Suspense } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { answer, everfresh, major, scenario, site } from './support/stage.js';

interface Item {
  id: number;
}

function App() {
  const { data, isLoading } = useQuery<Item>('/a');
  const { data: twice } = useQuery('/a', { select: ({ id }: Item) => id * 2 });
  const own = useQuery<string>(['own'], { fetcher: () => 'fetched', enabled: false });
  const { pages } = useInfiniteQuery<Item>((index) => (index ? null : '/a'));
  const { data: other } = useQuery<Item>('/b', { enabled: false });
  return (
    <p>
      {isLoading
        ? 'loading'
        : `${data?.id} ${twice} ${own.data} ${pages.length} ${other?.id ?? ''}`}
    </p>
  );
}

const load = () =>
  dehydrate([
    { key: '/a', data: Promise.resolve({ id: 1 }) },
    { key: ['own'], data: 'ours', tags: ['own'] },
  ]);

scenario(
  'what a server has rendered with is shown at once, marked stale, and asked for',
  async (stage) => {
    const state = JSON.parse(JSON.stringify(await load()));
    const server = (
      <CacheProvider cache={undefined} state={state}>
        <App />
      </CacheProvider>
    );
    const html = renderToString(server);
    assert.equal(html, '<p>1 2 ours 1 </p>');

    const element = document.createElement('div');
    element.innerHTML = html;
    const problems: unknown[] = [];
    const { error: report } = console;
    console.error = (...args: unknown[]) => problems.push(args[0]);
    try {
      const tree = (
        <CacheProvider cache={stage.cache} state={state}>
          <App />
        </CacheProvider>
      );
      const onRecoverableError = (error: unknown) => problems.push(error);
      const root = await act(async () =>
        hydrateRoot(element, <StrictMode>{tree}</StrictMode>, { onRecoverableError }),
      );
      assert.equal(element.innerHTML, html);
      await answer('GET /a', 200, { id: 5 });
      await stage.until(() => element.textContent === '5 10 ours 1 ');
      await act(async () => root.unmount());
    } finally {
      console.error = report;
    }
    assert.deepEqual(problems, []);
  },
);

scenario(
  'P1: what the cache knows better is shown once the browser has taken over',
  async (stage) => {
    const state = await dehydrate([{ key: '/a', data: { id: 1 } }]);
    const Shown = () => <p>{useQuery<Item>('/a', { staleTime: 60_000 }).data?.id}</p>;
    const tree = (cache: typeof stage.cache | undefined) => (
      <CacheProvider cache={cache} state={state}>
        <Shown />
      </CacheProvider>
    );
    const element = document.createElement('div');
    element.innerHTML = renderToString(tree(undefined));
    assert.equal(element.textContent, '1');
    stage.cache.setQueryData('/a', { id: 2 }, { staleTime: 60_000 });
    const problems: unknown[] = [];
    const { error: report } = console;
    console.error = (...args: unknown[]) => problems.push(args[0]);
    try {
      const onRecoverableError = (error: unknown) => problems.push(error);
      const root = await act(async () =>
        hydrateRoot(element, tree(stage.cache), { onRecoverableError }),
      );
      assert.equal(element.textContent, '2');
      await act(async () => root.unmount());
    } finally {
      console.error = report;
    }
    assert.deepEqual(problems, []);
  },
);

scenario(
  'P1: what the cache has already stays, and what came with the page is no fresh data',
  async (stage) => {
    stage.cache.setQueryData('/a', { id: 2 }, { staleTime: 60_000 });
    hydrate(stage.cache, await load());
    assert.deepEqual(stage.cache.peek('/a')?.data, { id: 2 });
    assert.deepEqual(stage.cache.peek(['own']), { data: 'ours', isStale: true });
    stage.cache.invalidateTags('own');
    assert.equal(stage.cache.peek(['own']), undefined);
  },
);

scenario(
  'P8: a page that a server renders asks for nothing there, and what suspends shows its fallback',
  async (stage) => {
    const { cache } = stage;
    const Suspended = () => <b>{useSuspenseQuery<Item>('/a').data.id}</b>;
    const tree = (state?: Awaited<ReturnType<typeof load>>) => (
      <CacheProvider cache={undefined} state={state}>
        <Suspense fallback="waiting">
          <Suspended />
        </Suspense>
        <App />
      </CacheProvider>
    );
    const { document } = globalThis;
    Reflect.deleteProperty(globalThis, 'document');
    const { error } = console;
    console.error = () => {};
    try {
      assert.match(renderToString(tree()), /waiting.*loading/);
      assert.match(renderToString(tree(await load())), /<b>1<\/b>.*<p>1 2/);
    } finally {
      Object.assign(globalThis, { document });
      console.error = error;
    }
    assert.equal(cache.entries().length, 0);
  },
);

test(`React ${major}: P8: a server has no cache, and what is asked of it says so`, async () => {
  const { location } = globalThis;
  Reflect.deleteProperty(globalThis, 'location');
  const { fetch } = globalThis;
  try {
    for (const cache of [await everfresh.install(), await everfresh.createCache()]) {
      assert.equal(cache.failure?.code, 'no-page');
      cache.install();
      assert.equal(globalThis.fetch, fetch);
      await assert.rejects(cache.query(site.url('/a')), { code: 'no-page' });
      const page = (
        <CacheProvider cache={cache} state={await load()}>
          <App />
        </CacheProvider>
      );
      assert.equal(renderToString(page), '<p>1 2 ours 1 </p>');
      cache.close();
    }
  } finally {
    Object.assign(globalThis, { location });
  }
});
