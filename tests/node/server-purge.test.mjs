// everfresh/server: purges that fail, the endpoint, and what is wrong with options.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { checkHeaders, ENTITIES, EverfreshError, request, server } from './support/handlers.mjs';

const dist = new URL('../../pkg-template/dist/', import.meta.url);
const { createCacheMiddleware, endpointPurger, version } = await import(`${dist}server.js`);

const ok = () => new Response('ok');
const write = () => request('PATCH /api/stories/1');

test('P1: an answer to a write is given when the caches are purged', async () => {
  const { middleware, purged } = server();
  let purge = (/** @type {any} */ _) => {};
  purged.outcome = () => new Promise((resolve) => (purge = resolve));
  let answered = false;
  const answer = middleware(ok)(write()).then((response) => {
    answered = true;
    return response;
  });
  while (!purged.values.length) {
    await new Promise(setImmediate);
  }
  await new Promise(setImmediate);
  assert.equal(answered, false);
  purge(undefined);
  checkHeaders(await answer, { invalidates: 'story:1, stories' });
});

test('P7: a purge that fails is tried again, and the answer goes out', async () => {
  const { middleware, purged, errors } = server();
  purged.outcome = () => {
    if (purged.values.length < 3) throw new Error('not yet');
  };
  checkHeaders(await middleware(ok)(write()), { invalidates: 'story:1, stories' });
  assert.equal(purged.values.length, 3);
  assert.deepEqual(errors, []);

  purged.outcome = () => Promise.reject(new Error('never'));
  checkHeaders(await middleware(ok)(write()), { invalidates: 'story:1, stories' });
  assert.equal(purged.values.length, 6);
  const [error] = /** @type {any[]} */ (errors);
  assert.ok(error instanceof EverfreshError);
  assert.equal(error.code, 'purge-failed');
  assert.match(error.message, /3 attempts .*never.*story:1, stories, "\/api\/stories\/1"/);
  assert.equal(error.cause.message, 'never');
});

test('P7: one cache that fails keeps no other from being purged', async () => {
  const good = { values: [], purge: (_, value) => void good.values.push(value) };
  const bad = { purge: () => Promise.reject(new Error('never')) };
  const { middleware, errors } = server({ purger: [bad, good], purgeAttempts: 1 });
  await middleware(ok)(write());
  assert.equal(good.values.length, 1);
  assert.equal(errors.length, 1);
});

test('P10: an answer does not wait for a purge without end', async () => {
  const { middleware, purged, errors } = server({ purgeTimeout: 1 });
  let purge = (/** @type {any} */ _) => {};
  purged.outcome = () => new Promise((resolve) => (purge = resolve));
  checkHeaders(await middleware(ok)(write()), { invalidates: 'story:1, stories' });
  assert.equal(/** @type {any} */ (errors[0]).code, 'purge-failed');
  assert.match(errors[0].message, /within 1 ms/);
  purge(undefined);
});

test('P10: what was in time leaves no timer behind', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  await server().middleware(ok)(write());
  assert.equal(timers(), before);
});

test('P7: what hears of errors may fail as well', async (t) => {
  const told = t.mock.method(console, 'error', () => {});
  const broken = () => {
    throw new Error('no log');
  };
  const { middleware, purged } = server({ onError: broken, purgeAttempts: 1 });
  purged.outcome = () => Promise.reject(new Error('never'));
  assert.equal((await middleware(ok)(write())).status, 200);
  assert.equal(told.mock.callCount(), 1);
  // It is the console that hears of them otherwise.
  const other = createCacheMiddleware({ entities: ENTITIES, purger: purged, purgeAttempts: 1 });
  await other.middleware(ok)(write());
  assert.equal(told.mock.calls[1].arguments[0].code, 'purge-failed');
});

test('P1: a job purges what it names, and gets the header that says so', async () => {
  const { invalidate, purged, errors } = server({ purgeAttempts: 1 });
  assert.equal(await invalidate('story:1, "/api/*"'), 'story:1, "/api/*"');
  assert.equal(await invalidate(['story:1', '/a, b', 'x y']), 'story:1, "/a,%20b", "x y"');
  assert.equal(await invalidate([]), '');
  assert.equal(await invalidate(['é']), '*');
  assert.deepEqual(purged.values, ['story:1, "/api/*"', 'story:1, "/a,%20b", "x y"', '*']);
  assert.deepEqual(purged.targets[0], [
    { tag: 'story:1', mode: 'drop' },
    { pattern: '/api/*', mode: 'drop' },
    { path: '/api/stories/1', mode: 'drop' },
  ]);
  // A job can be tried again as a whole.
  purged.outcome = () => Promise.reject(new Error('never'));
  await assert.rejects(
    invalidate('a'),
    (error) => /** @type {any} */ (error).code === 'purge-failed',
  );
  assert.deepEqual(errors, []);
});

test('P1: whoever stores an answer learns its tags', () => {
  const { tagsOf } = server();
  const tagged = (/** @type {string} */ tags) =>
    new Response('', { headers: { 'x-cache-tags': tags } });
  assert.deepEqual(tagsOf(tagged('story:1, "x y"')), ['story:1', 'x y']);
  assert.deepEqual(tagsOf(ok()), []);
  assert.equal(tagsOf(tagged('x'.repeat(10_000))), undefined);
});

test('P1: an endpoint is told of the same, and who tells it', async (t) => {
  /** @type {any[]} */
  const heard = [];
  let status = 204;
  const endpoint = createServer(async (given, answer) => {
    let body = '';
    for await (const part of given.setEncoding('utf8')) body += part;
    const { authorization, 'content-type': type } = given.headers;
    heard.push({
      line: `${given.method} ${given.url}`,
      authorization,
      type,
      body: JSON.parse(body),
    });
    answer.writeHead(status).end(status === 204 ? '' : 'no');
  });
  endpoint.listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
  t.after(() => endpoint.close());
  const { port } = /** @type {import('node:net').AddressInfo} */ (endpoint.address());
  const url = `http://127.0.0.1:${port}/_everfresh/invalidate`;

  const { middleware } = server({ purger: endpointPurger(url, { token: 'secret' }) });
  await middleware(ok)(write());
  const expected = {
    line: 'POST /_everfresh/invalidate',
    authorization: 'Bearer secret',
    type: 'application/json',
    body: { targets: 'story:1, stories, "/api/stories/1"' },
  };
  assert.deepEqual(heard.splice(0), [expected]);

  status = 503;
  const refused = server({ purger: endpointPurger(new URL(url)), purgeAttempts: 2 });
  await refused.middleware(ok)(write());
  assert.deepEqual(heard, Array(2).fill({ ...expected, authorization: undefined }));
  assert.match(refused.errors[0].message, /answered 503/);
});

test('options that are wrong are named by their path', () => {
  for (const [options, path] of [
    [{ entities: { scene: { path: 7 } } }, 'entities.scene.path'],
    [
      { entities: { scene: { path: '/:id', parents: { chapter: 'c' } } } },
      'entities.scene.parents.chapter',
    ],
    [{ rules: [{ match: '/a' }, { match: 'b' }] }, 'rules[1].match'],
    [{ entitys: {} }, 'entitys'],
    [{ parents: {} }, 'parents'],
    [{ purger: {} }, 'purger'],
    [{ purger: [null] }, 'purger'],
    [{ purgeAttempts: 0 }, 'purgeAttempts'],
    [{ purgeAttempts: 1.5 }, 'purgeAttempts'],
    [{ purgeTimeout: Number.POSITIVE_INFINITY }, 'purgeTimeout'],
    [{ onError: 'log' }, 'onError'],
    [{ wasm: new Uint8Array() }, 'wasm'],
  ]) {
    const wrong = (/** @type {any} */ error) =>
      error instanceof EverfreshError &&
      error.code === 'config-invalid' &&
      error.message.startsWith(`${path}: `);
    assert.throws(() => createCacheMiddleware(options), wrong, `${path}`);
  }
  // A document that is shared with browsers has options of theirs.
  createCacheMiddleware({ entities: ENTITIES, buster: 'b1', maxAge: 1000 });
});

test('P7: where code may not be compiled, the wasm is handed in compiled', async (t) => {
  const fresh = async () =>
    (await import(`${dist}server.js?${Math.random()}`)).createCacheMiddleware;
  const wasm = await WebAssembly.compile(await readFile(new URL('everfresh.server.wasm', dist)));
  const create = await fresh();
  const forbidden = t.mock.method(WebAssembly, 'Module', function Module() {
    throw new Error('code generation is disallowed');
  });
  assert.throws(() => create({}), { code: 'wasm-unavailable', message: /disallowed.*`wasm`/ });
  forbidden.mock.restore();
  const { middleware } = create({ entities: ENTITIES, wasm });
  checkHeaders(await middleware(ok)(write()), { invalidates: 'story:1, stories' });
});

test('P7: wasm of another version is refused', async () => {
  const bytes = await readFile(new URL('everfresh.server.wasm', dist));
  const at = bytes.indexOf(version);
  assert.ok(at > 0);
  bytes.write('9', at);
  const { createCacheMiddleware: create } = await import(`${dist}server.js?other`);
  const wasm = await WebAssembly.compile(bytes);
  assert.throws(() => create({ wasm }), { code: 'version-mismatch' });
});
