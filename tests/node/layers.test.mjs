// What is shown while mutations of the built package are under way, over a real server.
import assert from 'node:assert/strict';
import {
  append,
  everfresh,
  peeked,
  rejection,
  scenario,
  shown,
  site,
  until,
} from './support/scenario.mjs';

scenario(
  'P5: a change is seen at once, and once only, until its answer and the new data are there',
  async (cache) => {
    /** @type {any[]} */
    const told = [];
    const watching = cache.subscribe('/list', ({ data }) => told.push(data));
    const done = cache.mutate({ request: { url: '/add', body: { id: 2 } }, optimistic: append(2) });
    assert.deepEqual(shown(cache), [1, 2]);
    assert.deepEqual(watching.state.data, [{ id: 1 }, { id: 2 }]);
    assert.deepEqual(await cache.query('/list'), [{ id: 1 }, { id: 2 }]);
    const first = watching.state.data;
    const request = await site.next('POST /add');
    assert.equal(request.body, '{"id":2}');
    assert.equal(request.headers['content-type'], 'application/json');
    assert.equal(request.headers['idempotency-key'], undefined);
    request.answer(201, { id: 2 });
    assert.deepEqual(await done, { id: 2 });
    assert.deepEqual(shown(cache), [1, 2]);
    (await site.next('GET /list')).answer(200, [{ id: 1 }, { id: 2 }]);
    await until(() => !watching.state.isFetching);
    assert.equal(watching.state.data, first, 'equal data is the same data');
    assert.deepEqual(told, [first, first].slice(0, told.length));
    watching.unsubscribe();
  },
);

scenario('P5: what fails is taken back alone', async (cache) => {
  const [a, b] = [2, 3].map((id) =>
    cache.mutate({ request: { url: `/add/${id}` }, optimistic: append(id) }),
  );
  assert.deepEqual(shown(cache), [1, 2, 3]);
  (await site.next('POST /add/2')).answer(422, { why: 'no' });
  const error = await rejection(a);
  assert.equal(error.code, 'http-error');
  assert.deepEqual(await error.cause.json(), { why: 'no' });
  assert.deepEqual(shown(cache), [1, 3]);
  (await site.next('POST /add/3')).answer(200, {});
  await b;
  assert.deepEqual(shown(cache), [1, 3]);
});

scenario('P5: a mutation is one unit over all of its keys', async (cache) => {
  cache.setQueryData(['count'], 1);
  const done = cache.mutate({
    request: { url: '/add' },
    optimistic: [
      append(2),
      append(3),
      { key: ['count'], update: everfresh.createOptimisticIncrement('') },
    ],
  });
  assert.deepEqual(shown(cache), [1, 2, 3]);
  assert.equal(cache.peek(['count'])?.data, 2);
  (await site.next('POST /add')).answer(500);
  await rejection(done);
  assert.deepEqual(shown(cache), [1]);
  assert.equal(cache.peek(['count'])?.data, 1);
});

scenario(
  'P5: an operation that fails is dropped and told of, and the mutation goes on',
  async (cache, events) => {
    const done = cache.mutate({
      request: { url: '/add' },
      optimistic: [
        { key: '/list', update: everfresh.createOptimisticIncrement('') },
        append(2),
        { key: '/list', update() {} },
        {
          key: '/list',
          update() {
            throw new Error('mine');
          },
        },
      ],
    });
    assert.deepEqual(shown(cache), [1, 2]);
    cache.setQueryData('/list', [{ id: 5 }]);
    assert.deepEqual(shown(cache), [5, 2]);
    const problems = events.flatMap((event) => (event.type === 'problem' ? [event] : []));
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['operation-failed', 'operation-failed'],
    );
    assert.match(problems[1].subject, /\/list: Error: mine$/);
    (await site.next('POST /add')).answer(200, 1);
    assert.equal(await done, 1);
  },
);

scenario('P5: an answer that is adopted is the data, and nothing is fetched', async (cache) => {
  const watching = cache.subscribe('/list', () => {});
  const done = cache.mutate({
    request: { url: '/add' },
    optimistic: {
      ...append('mine'),
      adopt: (answer, /** @type {unknown[]} */ base) => [...base, answer],
    },
  });
  (await site.next('POST /add')).answer(200, { id: 2 });
  await done;
  assert.deepEqual(shown(cache), [1, 2]);
  const other = cache.mutate({
    request: { url: '/set' },
    optimistic: { key: '/list', update: () => [], adopt: true },
  });
  assert.deepEqual(watching.state.data, []);
  (await site.next('POST /set')).answer(200, [{ id: 9 }]);
  await other;
  assert.deepEqual(watching.state.data, [{ id: 9 }]);
  watching.unsubscribe();
});

scenario('P5: functions and setQueryData are given the data without layers', async (cache) => {
  /** @type {unknown[]} */
  const given = [];
  const done = cache.mutate({
    mutationFn: async (/** @type {number} */ id) => id * 2,
    variables: 2,
    optimistic: { key: '/list', update: (/** @type {unknown[]} */ list, id) => [...list, { id }] },
  });
  assert.deepEqual(shown(cache), [1, 2]);
  cache.setQueryData('/list', (before) => {
    given.push(before);
    return [{ id: 0 }];
  });
  assert.deepEqual(given, [[{ id: 1 }]]);
  assert.deepEqual(shown(cache), [0, 2]);
  assert.equal(await done, 4);
});

scenario(
  'P5: a temporary id becomes the real one in data, later requests and their URLs',
  async (cache) => {
    const temp = cache.tempId();
    const made = cache.mutate({
      request: { url: '/posts' },
      tempId: temp,
      optimistic: append(temp),
    });
    const replied = cache.mutate({
      request: { url: '/replies', body: { to: temp } },
      optimistic: {
        key: `/posts/${temp}`,
        update: everfresh.createOptimisticMerge({ replies: 1 }),
      },
    });
    const liked = cache.mutate({
      request: { url: `/posts/${temp}/like`, body: { of: temp, text: `of ${temp}` } },
      optimistic: {
        key: '/list',
        update: everfresh.createOptimisticArrayUpdate({ id: temp }, { liked: true }),
      },
    });
    assert.deepEqual(peeked(cache), [{ id: 1 }, { id: temp, liked: true }]);
    const request = await site.next('POST /posts');
    assert.equal(site.waiting, 0, 'what needs the id waits for it');
    request.answer(201, { id: 7 });
    assert.deepEqual(await made, { id: 7 });
    assert.deepEqual(peeked(cache), [{ id: 1 }, { id: 7, liked: true }]);
    cache.setQueryData('/posts/7', { id: 7 });
    assert.deepEqual(cache.peek('/posts/7')?.data, { id: 7, replies: 1 });
    const like = await site.next('POST /posts/7/like');
    assert.equal(like.body, '{"of":7,"text":"of 7"}');
    like.answer(200);
    assert.equal(await liked, null);
    const reply = await site.next('POST /replies');
    assert.equal(reply.body, '{"to":7}');
    reply.answer(200);
    await replied;
    const late = cache.mutate({
      request: { url: `/posts/${temp}/like`, body: `{"of":"${temp}"}` },
    });
    const again = await site.next('POST /posts/7/like');
    assert.equal(again.body, '{"of":7}');
    again.answer(204);
    assert.equal(await late, null);
  },
);

scenario('P5: the id that an answer says need not be its `id`', async (cache, events) => {
  const temp = cache.tempId();
  const options = { request: { url: '/posts' }, optimistic: append(temp), tempId: temp };
  const made = cache.mutate({ ...options, realId: (/** @type {any} */ data) => data.key });
  assert.deepEqual(shown(cache), [1, temp]);
  (await site.next('POST /posts')).answer(201, { key: 'k/7' });
  await made;
  assert.deepEqual(shown(cache), [1, 'k/7']);
  const nameless = cache.mutate({ request: { url: '/posts' }, tempId: cache.tempId() });
  (await site.next('POST /posts')).answer(201, {});
  assert.deepEqual(await nameless, {});
  const [problem] = events.flatMap((event) => (event.type === 'problem' ? [event] : []));
  assert.match(problem.subject, /\/posts: .*no id/);
});

scenario(
  'P5: what callbacks of the page do meets a cache that is done with the answer',
  async (cache) => {
    /** @type {unknown[]} */
    const seen = [];
    const controller = new AbortController();
    const scope = { id: 's' };
    const first = cache.mutate({
      request: { url: '/1' },
      scope,
      optimistic: append(2),
      onSuccess: () => {
        cache.setQueryData('/other', 1);
        seen.push(shown(cache), cache.peek('/other')?.data);
        controller.abort('by then it is not sent yet');
      },
    });
    const second = cache.mutate({ request: { url: '/2' }, scope, signal: controller.signal });
    const third = cache.mutate({ request: { url: '/3' }, scope });
    const rejected = rejection(second);
    (await site.next('POST /1')).answer(200);
    await first;
    assert.equal(await rejected, 'by then it is not sent yet');
    (await site.next('POST /3')).answer(200);
    await third;
    assert.deepEqual(seen, [[1, 2], 1]);
  },
);
