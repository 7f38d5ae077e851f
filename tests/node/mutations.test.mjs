// Mutations of the built package over a real server: what is sent and told, and in which order. What is durable needs
// localStorage, and is tried in browsers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { append, everfresh, rejection, scenario, shown, site } from './support/scenario.mjs';

scenario('mutations of one scope run one after another, others at once', async (cache) => {
  const scope = { id: 's' };
  const all = ['/1', '/2'].map((url) => cache.mutate({ request: { url }, scope }));
  all.push(cache.mutate({ request: { url: '/other' } }));
  const first = await site.next('POST /1');
  (await site.next('POST /other')).answer(200);
  await all[2];
  assert.equal(site.waiting, 0);
  assert.deepEqual(
    cache.mutations.list.map(({ status }) => status),
    ['sending', 'queued'],
  );
  first.answer(500);
  await rejection(all[0]);
  (await site.next('POST /2')).answer(200);
  await all[1];
});

scenario('P6: what is sent again has the same key', async (cache) => {
  const done = cache.mutate({ request: { url: '/add', method: 'put' }, retry: 2 });
  const first = await site.next('PUT /add');
  const key = first.headers['idempotency-key'];
  assert.match(`${key}`, /^"[0-9a-z]+"$/);
  assert.equal(key, `"${cache.mutations.list[0].id}"`);
  first.drop();
  const second = await site.next('PUT /add');
  assert.equal(second.headers['idempotency-key'], key);
  second.answer(503);
  const third = await site.next('PUT /add');
  assert.equal(third.headers['idempotency-key'], key);
  assert.equal(cache.mutations.list[0].attempts, 3);
  third.answer(200, 'yes');
  assert.equal(await done, 'yes');
});

scenario(
  'callbacks come in order, before the promise, and one that throws is reported',
  async (cache) => {
    /** @type {unknown[]} */
    const reported = [];
    Object.assign(globalThis, {
      reportError: (/** @type {any} */ error) => reported.push(error.message),
    });
    /** @type {unknown[]} */
    const log = [];
    const callbacks = (/** @type {string} */ name) => ({
      variables: name,
      onSuccess: (/** @type {any} */ data, /** @type {any} */ variables) => {
        log.push(['success', data, variables]);
        throw new Error(name);
      },
      onError: (/** @type {any} */ error, /** @type {any} */ variables) =>
        log.push(['error', error.message, variables]),
      onSettled: (/** @type {any[]} */ ...args) =>
        log.push(['settled', ...args.map((arg) => arg?.message ?? arg)]),
    });
    await cache.mutate({ mutationFn: () => 1, ...callbacks('a') }).then(() => log.push('resolved'));
    await cache
      .mutate({ mutationFn: () => Promise.reject(new Error('no')), ...callbacks('b') })
      .catch(() => log.push('rejected'));
    assert.deepEqual(log, [
      ['success', 1, 'a'],
      ['settled', 1, undefined, 'a'],
      'resolved',
      ['error', 'no', 'b'],
      ['settled', undefined, 'no', 'b'],
      'rejected',
    ]);
    assert.deepEqual(reported, ['a']);
    const nothing = await cache
      .mutate({ mutationFn: () => Promise.reject(undefined) })
      .catch((error) => [error]);
    assert.deepEqual(nothing, [undefined]);
  },
);

scenario(
  'what is aborted before it is sent is not sent; after that the request is broken off',
  async (cache) => {
    const scope = { id: 's' };
    const controllers = [new AbortController(), new AbortController()];
    const [first, second] = controllers.map(({ signal }, index) =>
      cache.mutate({ request: { url: `/${index}` }, scope, signal, optimistic: append(index) }),
    );
    const sent = await site.next('POST /0');
    assert.deepEqual(shown(cache), [1, 0, 1]);
    controllers[1].abort('second');
    assert.deepEqual(shown(cache), [1, 0]);
    assert.equal(await second.catch((error) => error), 'second');
    controllers[0].abort('first');
    assert.equal(await first.catch((error) => error), 'first');
    assert.deepEqual(cache.mutations.list, []);
    assert.equal(
      await cache.mutate({ mutationFn: () => 1, signal: controllers[0].signal }).catch((e) => e),
      'first',
    );
    await sent.gone;
  },
);

scenario(
  'the list of mutations is told of once a task, and is another one each time',
  async (cache) => {
    /** @type {any[]} */
    const told = [];
    const unsubscribe = cache.mutations.subscribe((list) => told.push(list));
    const empty = cache.mutations.list;
    assert.equal(empty, cache.mutations.list);
    const controller = new AbortController();
    const options = { request: { url: '/add' }, scope: { id: 's' }, signal: controller.signal };
    const done = cache.mutate({ ...options, optimistic: append(2) });
    const [info] = cache.mutations.list;
    assert.ok(Object.isFrozen(info) && Object.isFrozen(cache.mutations.list));
    assert.equal(cache.mutations.isPending, true);
    const { id, submittedAt, ...rest } = info;
    assert.match(id, /^[0-9a-z]{10,}$/);
    assert.ok(Math.abs(Date.now() - submittedAt) < 10_000);
    assert.deepEqual(rest, {
      status: 'sending',
      durable: false,
      scope: 's',
      method: 'POST',
      url: `${origin}/add`,
      keys: [`${origin}/list`],
      attempts: 1,
      error: undefined,
    });
    await null;
    assert.deepEqual(told, [cache.mutations.list]);
    (await site.next('POST /add')).answer(200);
    await done;
    await null;
    assert.equal(told.length, 2);
    assert.deepEqual(told[1], []);
    assert.equal(cache.mutations.isPending, false);
    unsubscribe();
    const discarded = cache.mutate({ mutationFn: () => new Promise(() => {}) });
    cache.mutations.discard(cache.mutations.list[0].id);
    assert.equal((await rejection(discarded)).code, 'mutation-discarded');
    assert.equal(told.length, 2);
  },
);

scenario('what can be wrong has a code', async (cache) => {
  const request = { url: '/add' };
  for (const [options, code, message] of /** @type {[any, string, RegExp][]} */ ([
    [{}, 'config-invalid', /^request or mutationFn/],
    [{ request, mutationFn() {} }, 'config-invalid', /^request or mutationFn/],
    [{ request: { url: '/add', method: 'GET' } }, 'config-invalid', /^request: /],
    [{ request: { url: 'data:,' } }, 'config-invalid', /^request: /],
    [{ request: { url: '/add', headers: { 'a b': '' } } }, 'config-invalid', /^request\.headers: /],
    [{ mutationFn() {}, durable: true }, 'config-invalid', /^durable: /],
    [{ request, retry: -1 }, 'config-invalid', /^retry: /],
    [{ request, tempId: 'mine' }, 'config-invalid', /^tempId: /],
    [
      { request, optimistic: { key: 'a', update: { op: 'push' } } },
      'config-invalid',
      /^optimistic: update: op/,
    ],
    [{ request, durable: true }, 'scope-missing', /nobody is signed in/],
    [
      { request, durable: true, optimistic: { key: 'a', update: () => 1 } },
      'not-storable',
      /update is no/,
    ],
    [{ request: { ...request, body: new Blob([]) }, durable: true }, 'not-storable', /body is no/],
    [
      { request: { ...request, body: { at: new Map() } }, durable: true },
      'not-storable',
      /at is no/,
    ],
    [
      { request: { ...request, body: { n: Number.NaN } }, durable: true },
      'not-storable',
      /n is no/,
    ],
  ])) {
    const error = await rejection(cache.mutate(options));
    assert.ok(error instanceof everfresh.EverfreshError, `${error}`);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
  }
  const unreadable = cache.mutate({ request });
  const { answer } = await site.next('POST /add');
  answer(200, undefined, { 'content-type': 'text/plain' });
  assert.equal(await unreadable, null);
});

scenario('a body is sent as what it is', async (cache) => {
  for (const [body, sent, type] of /** @type {[any, string, string | undefined][]} */ ([
    [undefined, '', undefined],
    [null, '', undefined],
    ['a text', 'a text', 'text/plain;charset=UTF-8'],
    [{ a: [1, null] }, '{"a":[1,null]}', 'application/json'],
    [[1], '[1]', 'application/json'],
    [5, '5', 'application/json'],
    [new Date(0), '"1970-01-01T00:00:00.000Z"', 'application/json'],
    [new URLSearchParams({ a: 'b c' }), 'a=b+c', 'application/x-www-form-urlencoded;charset=UTF-8'],
    [new Blob(['blob'], { type: 'a/b' }), 'blob', 'a/b'],
    [new TextEncoder().encode('bytes'), 'bytes', undefined],
  ])) {
    const done = cache.mutate({ request: { url: '/add', body } });
    const request = await site.next('POST /add');
    assert.deepEqual([request.body, request.headers['content-type']], [sent, type]);
    request.answer(200);
    await done;
  }
  const typed = cache.mutate({
    request: { url: '/add', body: {}, headers: { 'Content-Type': 'a/json' } },
  });
  const request = await site.next('POST /add');
  assert.equal(request.headers['content-type'], 'a/json');
  request.answer(200);
  await typed;
});

test('P7: when the cache ends, what waits is sent natively, in order', {
  timeout: 20_000,
}, async () => {
  const cache = await everfresh.createCache();
  const scope = { id: 's' };
  const mutate = (/** @type {string} */ url) =>
    cache.mutate({ request: { url }, scope }).catch((error) => error.code);
  const all = [mutate('/1'), mutate('/2')];
  const first = await site.next('POST /1');
  cache.close();
  all.push(mutate('/3'));
  assert.equal(cache.mutations.list.length, 3);
  const other = cache.mutate({ request: { url: '/other' } });
  (await site.next('POST /other')).answer(200);
  await other;
  assert.equal(site.waiting, 0, 'the second waits for the first');
  const controller = new AbortController();
  const aborted = cache.mutate({ request: { url: '/aborted' }, signal: controller.signal });
  const { gone } = await site.next('POST /aborted');
  controller.abort('enough');
  assert.equal(await aborted.catch((error) => error), 'enough');
  await gone;
  first.answer(200, 1);
  (await site.next('POST /2')).answer(404);
  (await site.next('POST /3')).answer(200, 3);
  assert.deepEqual(await Promise.all(all), [1, 'http-error', 3]);
  assert.deepEqual(cache.mutations.list, []);
});
