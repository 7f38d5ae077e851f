// `useSuspenseQuery`.
import assert from 'node:assert/strict';
import { useSuspenseQuery } from 'everfresh/react';
import { act, Suspense } from 'react';
import { answer, Boundary, scenario, site } from './support/stage.js';

const FRESH = { options: { query: { staleTime: 60_000 } } };

function Shown({ path }: { path: string }) {
  const { data, isStale } = useSuspenseQuery<{ id: number }>(path);
  return (
    <p>
      {data.id}
      {isStale && ' stale'}
    </p>
  );
}

const shown = (path: string) => (
  <Boundary>
    <Suspense fallback="waiting">
      <Shown path={path} />
      <Shown path={path} />
    </Suspense>
  </Boundary>
);

scenario(
  'P9: who suspends is shown once the data is there, for which one request is enough',
  async (stage) => {
    await stage.render(shown('/a'));
    assert.equal(stage.text, 'waiting');
    await answer('GET /a', 200, { id: 1 });
    await stage.shows('11');
    await act(async () => stage.cache.invalidate('/a'));
    assert.equal(stage.text, '1 stale1 stale', 'what is there does not suspend again');
    await answer('GET /a', 200, { id: 2 });
    await stage.shows('22');
  },
  FRESH,
);

scenario('P8: an answer that nobody may keep does not make it ask for ever', async (stage) => {
  await stage.render(shown('/secret'));
  await answer('GET /secret', 200, { id: 1 }, { 'cache-control': 'no-store' });
  await stage.shows('11');
  // Once for those who suspended, once for those who are there now.
  await answer('GET /secret', 200, { id: 2 }, { 'cache-control': 'no-store' });
  await stage.until(() => stage.text.startsWith('22'));
});

scenario(
  'P9: a first request that fails is thrown, and made anew when it is tried again',
  async (stage) => {
    const quiet = console.error;
    console.error = () => {};
    try {
      await stage.render(shown('/bad'));
      await answer('GET /bad', 500, {});
      await stage.until(() => stage.text.startsWith('500'));
      for (let times = 0; times < 5; times += 1) {
        await act(async () => stage.element.querySelector('button')?.click());
        await stage.turn();
      }
      assert.equal(site.waiting, 0, 'within a second nothing is asked for again');
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await act(async () => stage.element.querySelector('button')?.click());
      await answer('GET /bad', 200, { id: 3 });
      await stage.shows('33');
    } finally {
      console.error = quiet;
    }
  },
);

scenario(
  'P8: who comes after somebody else has signed in is shown nothing of the one before',
  async (stage) => {
    await stage.render(shown('/a'));
    await answer('GET /a', 200, { id: 1 });
    await stage.shows('11');
    await stage.render(null);
    await act(async () => stage.cache.setScope({ id: 'bob' }));
    await stage.render(shown('/a'));
    assert.equal(stage.text, 'waiting');
    await answer('GET /a', 200, { id: 2 });
    await stage.shows('22');
  },
  FRESH,
);

scenario(
  'it suspends until the cache is there',
  async (stage) => {
    let keep: (cache: typeof stage.cache) => void = () => {};
    const promise = new Promise<typeof stage.cache>((resolve) => {
      keep = resolve;
    });
    await stage.render(shown('/a'), promise);
    assert.equal(stage.text, 'waiting');
    await act(async () => keep(stage.cache));
    await answer('GET /a', 200, { id: 1 });
    await stage.shows('11');
  },
  FRESH,
);
