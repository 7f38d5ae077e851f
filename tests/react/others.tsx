// `useCacheInvalidation`, `useCacheMetrics`, `useCache`.
import assert from 'node:assert/strict';
import { useCache, useCacheInvalidation, useCacheMetrics, useQuery } from 'everfresh/react';
import { act } from 'react';
import { answer, Boundary, scenario } from './support/stage.js';

const FRESH = { options: { query: { staleTime: 60_000 } } };

scenario(
  'P1: what a component invalidates is fetched anew, also where the cache was not there yet',
  async (stage) => {
    let keep: (cache: typeof stage.cache) => void = () => {};
    const promise = new Promise<typeof stage.cache>((resolve) => {
      keep = resolve;
    });
    stage.cache.setQueryData('/a', 0, { staleTime: 60_000 });
    function Invalidates() {
      const { invalidate, invalidateTags } = useCacheInvalidation();
      const { data } = useQuery<number>('/a', { tags: ['numbers'] });
      return (
        <button type="button" onClick={() => (data ? invalidateTags('numbers') : invalidate('/a'))}>
          {data}
        </button>
      );
    }
    const click = () => act(async () => stage.element.querySelector('button')?.click());
    await stage.render(<Invalidates />, promise);
    await click();
    await act(async () => keep(stage.cache));
    await answer('GET /a', 200, 1);
    await stage.shows('1');
    await click();
    await answer('GET /a', 200, 2);
    await stage.shows('2');
  },
  FRESH,
);

scenario('counters are shown when they have changed, and only then', async (stage) => {
  let renders = 0;
  function Counters() {
    renders += 1;
    const metrics = useCacheMetrics({ interval: 1 });
    return <p>{metrics?.memoryHits}</p>;
  }
  stage.cache.setQueryData('/a', 1, { staleTime: 60_000 });
  await stage.render(<Counters />);
  await stage.shows('0');
  const before = renders;
  for (let times = 0; times < 5; times += 1) await stage.turn();
  assert.equal(renders, before);
  await stage.cache.query('/a');
  await stage.shows('1');
});

scenario('without a provider there is an error that says so', async (stage) => {
  const { error } = console;
  console.error = () => {};
  try {
    const { createRoot } = await import('react-dom/client');
    const Lost = () => <p>{`${useCache()}`}</p>;
    const element = document.createElement('div');
    const root = createRoot(element);
    await act(async () =>
      root.render(
        <Boundary>
          <Lost />
        </Boundary>,
      ),
    );
    assert.equal(element.textContent, 'everfresh: no <CacheProvider> around');
    await act(async () => root.unmount());
  } finally {
    console.error = error;
  }
  let seen: unknown;
  const Found = () => {
    seen = useCache();
    return null;
  };
  await stage.render(<Found />);
  assert.equal(seen, stage.cache);
});
