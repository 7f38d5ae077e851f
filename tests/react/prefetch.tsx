// `usePrefetch`, `PrefetchLink`, `useSmartPrefetcher`.
import assert from 'node:assert/strict';
import { PrefetchLink, usePrefetch, useSmartPrefetcher } from 'everfresh/react';
import { act, useState } from 'react';
import { answer, scenario, site } from './support/stage.js';

// React makes `mouseenter` of these.
const points = (link: Element | null, isThere: boolean) =>
  act(async () => {
    link?.dispatchEvent(
      new MouseEvent(isThere ? 'mouseover' : 'mouseout', {
        bubbles: true,
        relatedTarget: document.body,
      }),
    );
  });

// As it stands in the documentation.
function Links({ id }: { id: number }) {
  const { prefetchOnHover, cancelHoverPrefetch } = usePrefetch();
  return (
    // biome-ignore lint/a11y: as it stands in the documentation
    <a
      onMouseEnter={() => prefetchOnHover(`/api/stories/${id}`)}
      onMouseLeave={() => cancelHoverPrefetch(`/api/stories/${id}`)}
    >
      Edit
    </a>
  );
}

scenario(
  'P9: a pointer that stays prefetches; one that goes does not, or takes it back',
  async (stage) => {
    await stage.render(<Links id={7} />);
    const link = stage.element.querySelector('a');
    await points(link, true);
    await points(link, false);
    // The scripts of the triggers are loaded by now, and the moment is over.
    await stage.cache.prefetchBatch([]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(site.waiting, 0);
    await points(link, true);
    const asked = await site.next('GET /api/stories/7');
    await points(link, false);
    await asked.gone;
    await points(link, true);
    await answer('GET /api/stories/7', 200, { id: 7 });
    await stage.until(() => stage.cache.prefetchStats().hover?.sent === 2);
    await stage.until(() => stage.cache.peek('/api/stories/7') !== undefined);
  },
);

scenario('what a component has begun ends with it', async (stage) => {
  function Begins() {
    const { prefetchOnHover, prefetchOnIdle, prefetchBatch } = usePrefetch();
    const [done, setDone] = useState('');
    const begin = async () => {
      prefetchOnHover('/hover');
      prefetchOnIdle(['/idle', '/idle2']);
      const results = await prefetchBatch(['/batch']);
      setDone(results.map(({ status }) => status).join());
    };
    return (
      <button type="button" onClick={begin}>
        {done}
      </button>
    );
  }
  await stage.render(<Begins />);
  await act(async () => stage.element.querySelector('button')?.click());
  await answer('GET /batch', 200, 1);
  await stage.shows('fetched');
  await act(async () => stage.element.querySelector('button')?.click());
  await stage.render(null);
  await stage.turn();
  await new Promise((resolve) => setTimeout(resolve, 150));
  // What was sent by then was taken back.
  while (site.waiting) await (await site.next('GET /hover')).gone;
});

/** What comes into view, and when, a test says. */
class Sight {
  static all: Sight[] = [];
  readonly seen = new Set<Element>();

  constructor(readonly tell: (entries: object[]) => void) {
    Sight.all.push(this);
  }

  observe(element: Element) {
    this.seen.add(element);
  }

  unobserve(element: Element) {
    this.seen.delete(element);
  }

  static show(target: Element) {
    for (const sight of Sight.all) {
      if (sight.seen.has(target)) {
        sight.tell([{ target, isIntersecting: true, intersectionRatio: 1 }]);
      }
    }
  }
}

scenario(
  'a `ref` prefetches what comes into view, once, and is itself from render to render',
  async (stage) => {
    Object.assign(globalThis, { IntersectionObserver: Sight });
    const refs = new Set<unknown>();
    function Seen({ count }: { count: number }) {
      const { prefetchOnVisible } = usePrefetch();
      const ref = prefetchOnVisible('/seen', { dwell: 1 });
      refs.add(ref);
      return <p ref={ref}>{count}</p>;
    }
    await stage.render(<Seen count={1} />);
    const of = refs.size;
    await stage.render(<Seen count={2} />);
    assert.equal(refs.size, of);
    await stage.cache.prefetchBatch([]);
    await stage.turn();
    Sight.show(stage.element.querySelector('p') as Element);
    await answer('GET /seen', 200, 1);
    await stage.render(null);
    assert.ok(
      Sight.all.every(({ seen }) => seen.size === 0),
      'nothing is watched any more',
    );
  },
);

scenario(
  'a link prefetches what it names, and is the component that it is told to be',
  async (stage) => {
    function Router({ to, ...rest }: { to: string }) {
      return <a href={to} {...rest} />;
    }
    const link: { current: HTMLAnchorElement | null } = { current: null };
    await stage.render(
      <>
        <PrefetchLink href="/stories/1" url="/api/stories/1" ref={link}>
          One
        </PrefetchLink>
        <PrefetchLink as={Router} to="/stories/2" prefetch={['hover', 'idle']}>
          Two
        </PrefetchLink>
      </>,
    );
    const [one, two] = stage.element.querySelectorAll('a');
    assert.equal(link.current, one);
    assert.equal(one?.getAttribute('data-prefetch'), 'hover');
    assert.equal(two?.getAttribute('href'), '/stories/2');
    await answer('GET /stories/2', 200, 2);
    await act(async () => {
      one?.dispatchEvent(new Event('pointerdown', { bubbles: true }));
    });
    await answer('GET /api/stories/1', 200, 1);
    await stage.until(() => stage.cache.peek('/api/stories/1') !== undefined);
  },
);

scenario('each page of a router is a visit, however often it renders', async (stage) => {
  let smart: ReturnType<typeof useSmartPrefetcher> | undefined;
  const asked: string[] = [];
  function App({ page }: { page: string }) {
    smart = useSmartPrefetcher({
      page,
      urls: (next) => {
        asked.push(next);
        return [];
      },
    });
    return null;
  }
  for (const page of ['/a', '/b', '/a', '/b', '/a', '/b', '/a']) {
    await stage.render(<App page={page} />);
    await stage.render(<App page={page} />);
  }
  await stage.until(() => asked.length > 0);
  const [first] = smart?.predict(1) ?? [];
  assert.equal(first?.url, site.url('/b'));
  assert.equal(
    smart?.explain('/b')?.evidence.at(-1)?.total,
    first && smart?.explain('/b')?.evidence.at(-1)?.count,
    'nothing else was ever next',
  );
});
