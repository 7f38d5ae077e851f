// `useQuery`.
import assert from 'node:assert/strict';
import { useQuery } from 'everfresh/react';
import { act, useState } from 'react';
import { answer, Boundary, everfresh, scenario, site } from './support/stage.js';

interface Item {
  id: number;
  name?: string;
}

/** Shows the id of what a path has, and what is said of it. */
function Shown({ path }: { path: string }) {
  const { data, error, isLoading, isStale } = useQuery<Item>(path);
  if (isLoading) return <p>loading</p>;
  if (error) return <p>{(error as Error).message}</p>;
  return (
    <p>
      {data?.id}
      {isStale && ' stale'}
    </p>
  );
}

const FRESH = { options: { query: { staleTime: 60_000 } } };

scenario(
  'P9: a hundred components with one key ask once',
  async (stage) => {
    const many = Array.from({ length: 100 }, (_, index) => `${index}`);
    await stage.render(many.map((name) => <Shown key={name} path="/a" />));
    await answer('GET /a', 200, { id: 1 });
    await stage.shows('1'.repeat(100));
  },
  FRESH,
);

scenario(
  'P1: what is invalidated stays, marked stale, until new data is there',
  async (stage) => {
    await stage.render(<Shown path="/a" />);
    assert.equal(stage.text, 'loading');
    await answer('GET /a', 200, { id: 1 });
    await stage.shows('1');
    await act(async () => stage.cache.invalidate('/a'));
    assert.equal(stage.text, '1 stale');
    await answer('GET /a', 200, { id: 2 });
    await stage.shows('2');
  },
  FRESH,
);

scenario(
  'what is there is shown at once, and fresh data is not asked for',
  async (stage) => {
    stage.cache.setQueryData('/a', { id: 7 }, { staleTime: 60_000 });
    let renders = 0;
    const Counted = () => {
      renders += 1;
      return <Shown path="/a" />;
    };
    await stage.render(<Counted />);
    assert.equal(stage.text, '7');
    assert.ok(renders <= 2);
  },
  FRESH,
);

scenario(
  'a component renders when something has changed that it has read, and only then',
  async (stage) => {
    const counts = { data: 0, flags: 0 };
    function Data() {
      counts.data += 1;
      return <p>{useQuery<Item>('/a').data?.id}</p>;
    }
    function Flags() {
      counts.flags += 1;
      const { data, isFetching } = useQuery<Item>('/a');
      return (
        <p>
          {data?.id}
          {isFetching && '…'}
        </p>
      );
    }
    await stage.render([<Data key="data" />, <Flags key="flags" />]);
    await answer('GET /a', 200, { id: 1 });
    await stage.shows('11');
    const before = { ...counts };
    await act(async () => stage.cache.invalidate('/a'));
    await answer('GET /a', 200, { id: 1 });
    await stage.until(() => counts.flags > before.flags + 1);
    assert.equal(counts.data, before.data, 'equal data is no news');
  },
  FRESH,
);

scenario(
  'a selection renders when it has changed, and may be another function each time',
  async (stage) => {
    let renders = 0;
    function Count({ at }: { at: number }) {
      renders += 1;
      const { data } = useQuery('/list', { select: (list: Item[]) => list[at]?.id });
      return <p>{data}</p>;
    }
    await stage.render(<Count at={0} />);
    await answer('GET /list', 200, [{ id: 1, name: 'a' }, { id: 2 }]);
    await stage.shows('1');
    const before = renders;
    await act(async () => stage.cache.setQueryData('/list', [{ id: 1, name: 'b' }, { id: 3 }]));
    assert.equal(renders, before);
    await stage.render(<Count at={1} />);
    assert.equal(stage.text, '3');
  },
  FRESH,
);

scenario(
  'data of the key before is kept where that is wanted, and said to be so',
  async (stage) => {
    function Kept({ path, keep }: { path: string; keep: boolean }) {
      const { data, isPreviousData } = useQuery<Item>(path, { keepPreviousData: keep });
      return (
        <p>
          {data?.id ?? 'none'}
          {isPreviousData && ' before'}
        </p>
      );
    }
    await stage.render(<Kept path="/a" keep />);
    await answer('GET /a', 200, { id: 1 });
    await stage.shows('1');
    await stage.render(<Kept path="/b" keep />);
    assert.equal(stage.text, '1 before');
    await answer('GET /b', 200, { id: 2 });
    await stage.shows('2');
    await stage.render(<Kept path="/c" keep={false} />);
    assert.equal(stage.text, 'none');
    await answer('GET /c', 200, { id: 3 });
    await stage.shows('3');
  },
  FRESH,
);

scenario(
  'one query waits for another, and what is not enabled for its word',
  async (stage) => {
    function Chain({ enabled }: { enabled: boolean }) {
      const { data: user } = useQuery<Item>('/user');
      const own = useQuery<Item>(user && `/users/${user.id}`, { enabled });
      return (
        <button type="button" onClick={own.refetch}>
          {own.isLoading ? 'loading' : (own.data?.id ?? 'none')}
        </button>
      );
    }
    await stage.render(<Chain enabled={false} />);
    assert.equal(stage.text, 'none');
    await answer('GET /user', 200, { id: 5 });
    await stage.turn();
    assert.equal(stage.text, 'none');
    assert.equal(site.waiting, 0);
    await act(async () => stage.element.querySelector('button')?.click());
    await answer('GET /users/5', 200, { id: 50 });
    await stage.shows('50');
    await act(async () => stage.cache.invalidate('/users/5'));
    await stage.render(<Chain enabled />);
    await answer('GET /users/5', 200, { id: 51 });
    await stage.shows('51');
  },
  FRESH,
);

scenario('who goes takes the request along, and hears of nothing any more', async (stage) => {
  let renders = 0;
  function Counted() {
    renders += 1;
    return <Shown path="/a" />;
  }
  await stage.render(<Counted />);
  const asked = await site.next('GET /a');
  await stage.render(null);
  await asked.gone;
  const before = renders;
  await act(async () => stage.cache.setQueryData('/a', { id: 9 }));
  assert.equal(renders, before);
});

scenario(
  'P9: what fails is not asked for in a loop, however often the component renders',
  async (stage) => {
    let render = () => {};
    function Failing() {
      const [count, setCount] = useState(0);
      render = () => setCount((count) => count + 1);
      const { error } = useQuery(['x'], {
        fetcher: async ({ signal }) => {
          const response = await fetch(site.url('/a'), { signal });
          throw new Error(`${response.status}`);
        },
        retry: 0,
        staleTime: 1_000,
      });
      return (
        <p>
          {(error as Error | undefined)?.message} {count}
        </p>
      );
    }
    await stage.render(<Failing />);
    await answer('GET /a', 500, {});
    await stage.shows('500 0');
    for (let count = 1; count < 20; count += 1) {
      await act(async () => render());
      await stage.turn();
    }
    assert.equal(stage.text, '500 19');
  },
);

scenario('a fetcher is that of the last render', async (stage) => {
  function Named({ name }: { name: string }) {
    const { data, refetch } = useQuery(['name'], { fetcher: () => name, staleTime: 60_000 });
    return (
      <button type="button" onClick={refetch}>
        {data}
      </button>
    );
  }
  await stage.render(<Named name="a" />);
  await stage.shows('a');
  await stage.render(<Named name="b" />);
  await stage.shows('a');
  await act(async () => stage.element.querySelector('button')?.click());
  await stage.shows('b');
});

scenario(
  'data is asked for again and again where that is wanted',
  async (stage) => {
    function Polled() {
      return (
        <p>{useQuery<Item>('/polled', { refetchInterval: 5, dedupingInterval: 0 }).data?.id}</p>
      );
    }
    await stage.render(<Polled />);
    for (const id of [1, 2, 3]) {
      await answer('GET /polled', 200, { id });
      await stage.shows(`${id}`);
    }
  },
  { isOpen: true },
);

scenario('what is wrong in a query is thrown while it renders', async (stage) => {
  const quiet = console.error;
  console.error = () => {};
  try {
    const Wrong = () => <p>{`${useQuery(['a']).data}`}</p>;
    await stage.render(
      <Boundary>
        <Wrong />
      </Boundary>,
    );
    assert.match(stage.text, /^fetcher: is needed/);
  } finally {
    console.error = quiet;
  }
});

scenario(
  'until the cache is there, a query loads; where it cannot be had, that is thrown',
  async (stage) => {
    let keep: (cache: typeof stage.cache) => void = () => {};
    const promise = new Promise<typeof stage.cache>((resolve) => {
      keep = resolve;
    });
    await stage.render(<Shown path="/a" />, promise);
    assert.equal(stage.text, 'loading');
    assert.equal(site.waiting, 0);
    await act(async () => keep(stage.cache));
    await answer('GET /a', 200, { id: 1 });
    await stage.shows('1');

    const quiet = console.error;
    console.error = () => {};
    try {
      const wrong = everfresh.createCache({ maxAge: -1 });
      const thrown = stage.render(<Shown path="/a" />, wrong);
      await assert.rejects(thrown, { code: 'config-invalid' });
    } finally {
      console.error = quiet;
    }
  },
  FRESH,
);

scenario(
  'P8: another cache is another place, and nothing of the first is shown',
  async (stage) => {
    const other = await everfresh.createCache({ query: { staleTime: 60_000 } });
    try {
      stage.cache.setQueryData('/a', { id: 1 });
      other.setQueryData('/a', { id: 2 });
      await stage.render(<Shown path="/a" />);
      assert.equal(stage.text, '1');
      await stage.render(<Shown path="/a" />, other);
      assert.equal(stage.text, '2');
      await act(async () => stage.cache.setQueryData('/a', { id: 3 }));
      assert.equal(stage.text, '2');
    } finally {
      other.close();
    }
  },
  FRESH,
);
