// `useOptimisticMutation`, `usePendingMutations`.
import assert from 'node:assert/strict';
import {
  type OptimisticMutation,
  useOptimisticMutation,
  usePendingMutations,
  useQuery,
} from 'everfresh/react';
import { act } from 'react';
import { answer, everfresh, scenario, site } from './support/stage.js';

interface Post {
  likeCount: number;
}

const FRESH = { options: { query: { staleTime: 60_000 } } };

/** What the hook of the last render gave. */
let hook: OptimisticMutation<unknown, never>;

function Likes() {
  return <b>{useQuery<Post>('/api/posts/7').data?.likeCount}</b>;
}

// As it stands in the documentation.
function Like() {
  const { createOptimisticIncrement } = everfresh;
  const { mutate, isLoading } = useOptimisticMutation({
    mutationFn: async (postId) => {
      const response = await fetch(`/api/posts/${postId}/like`, { method: 'POST' });
      return { data: await response.json(), headers: response.headers };
    },
    optimisticUpdate: createOptimisticIncrement('likeCount', 1),
    cacheKey: (postId) => `/api/posts/${postId}`,
  });
  return (
    <button type="button" onClick={() => mutate(7)}>
      {isLoading ? 'liking' : 'like'}
    </button>
  );
}

scenario(
  'P5: a change is shown at once, and its headers count where `fetch` is not ours',
  async (stage) => {
    await stage.render([<Likes key="likes" />, <Like key="like" />]);
    await answer('GET /api/posts/7', 200, { likeCount: 1 });
    await stage.shows('1like');
    await act(async () => stage.element.querySelector('button')?.click());
    assert.equal(stage.text, '2liking');
    await answer('POST /api/posts/7/like', 200, {}, { 'x-cache-invalidate': '"/api/posts/7"' });
    await answer('GET /api/posts/7', 200, { likeCount: 12 });
    await stage.shows('12like');
  },
  FRESH,
);

function Writer({ fail }: { fail?: boolean }) {
  const mutation = useOptimisticMutation<{ id: number }, string>({
    request: (name) => ({ url: `/write/${name}`, body: { name } }),
    optimistic: (name) => [{ key: '/list', update: everfresh.createOptimisticAppend(name) }],
    invalidates: (name) => `"/of/${name}"`,
    onSuccess: (data, name) => log.push(`${name} ${data.id}`),
    onError: (error, name) => log.push(`${name} ${(error as { code: string }).code}`),
    onSettled: (_data, _error, name) => log.push(`${name} settled`),
    ...(fail && { retry: 0 }),
  });
  hook = mutation as unknown as typeof hook;
  const { data } = useQuery<string[]>('/list');
  return (
    <p>{`${data} ${mutation.status} ${mutation.variables ?? ''} ${mutation.data?.id ?? ''}`}</p>
  );
}

let log: string[] = [];

scenario(
  'P5: what fails is taken back alone, and is told of; the last call is what is shown',
  async (stage) => {
    log = [];
    await stage.render(<Writer />);
    await answer('GET /list', 200, ['a']);
    await stage.shows('a idle  ');
    const calls: string[] = [];
    const mutate = hook.mutateAsync as unknown as (
      name: string,
      callbacks?: object,
    ) => Promise<{ id: number }>;
    let failed: unknown;
    await act(async () => {
      mutate('b', { onError: () => calls.push('told') }).catch((error) => {
        failed = error;
      });
      mutate('c').catch(() => {});
    });
    assert.equal(stage.text, 'a,b,c pending c ');
    await answer('POST /write/b', 422, {});
    await stage.shows('a,c pending c ');
    assert.equal((failed as { code: string }).code, 'http-error');
    assert.deepEqual(calls, ['told']);
    await answer('POST /write/c', 200, { id: 9 });
    await answer('GET /list', 200, ['a', 'c']);
    await stage.shows('a,c success c 9');
    assert.deepEqual(log, ['b http-error', 'b settled', 'c 9', 'c settled']);
    await act(async () => hook.reset());
    await stage.shows('a,c idle  ');
  },
  FRESH,
);

scenario(
  'P6: a mutation ends, and calls back, also when its component has gone',
  async (stage) => {
    log = [];
    await stage.render(<Writer />);
    await answer('GET /list', 200, ['a']);
    await act(async () => (hook.mutate as unknown as (name: string) => void)('b'));
    await stage.render(null);
    await answer('POST /write/b', 200, { id: 3 });
    await stage.until(() => log.length === 2);
    assert.deepEqual(log, ['b 3', 'b settled']);
  },
  FRESH,
);

function Pending() {
  const { mutations, isPending, discard } = usePendingMutations();
  return (
    <button type="button" onClick={() => mutations[0] && discard(mutations[0].id)}>
      {`${mutations.map(({ url, status }) => `${new URL(url).pathname} ${status}`)} ${isPending}`}
    </button>
  );
}

scenario('P6: what is pending is shown, and can be discarded', async (stage) => {
  await stage.render(<Pending />);
  assert.equal(stage.text, ' false');
  let error: { code?: string } = {};
  await act(async () => {
    stage.cache.mutate({ request: { url: '/slow' } }).catch((reason) => {
      error = reason;
    });
  });
  await stage.shows('/slow sending true');
  const asked = await site.next('POST /slow');
  await act(async () => stage.element.querySelector('button')?.click());
  await stage.shows(' false');
  await asked.gone;
  assert.equal(error.code, 'mutation-discarded');
});

scenario('a mutation that is begun before the cache is there waits for it', async (stage) => {
  let keep: (cache: typeof stage.cache) => void = () => {};
  const promise = new Promise<typeof stage.cache>((resolve) => {
    keep = resolve;
  });
  log = [];
  await stage.render(<Writer />, promise);
  await act(async () => (hook.mutate as unknown as (name: string) => void)('b'));
  assert.equal(site.waiting, 0);
  await act(async () => keep(stage.cache));
  await answer('GET /list', 200, []);
  await answer('POST /write/b', 200, { id: 1 });
  await stage.until(() => log.length === 2);
  await answer('GET /list', 200, ['b']);
  await stage.shows('b success b 1');
});
