// everfresh/server: what wrapped handlers answer, and what they purge.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addTags, checkHeaders, checkWrite, request, server } from './support/handlers.mjs';

const ok = () => new Response('ok');

test('P1: a read that succeeds says its entity and its kind', async () => {
  const { middleware, purged } = server();
  for (const method of ['GET', 'HEAD']) {
    const response = await middleware(ok)(request(`${method} /api/scenes/7?draft=1`));
    checkHeaders(response, { tags: 'scene:7, scene' });
  }
  checkHeaders(await middleware(ok)(request('GET /api/stories')), { tags: 'stories' });
  const current = await middleware(() => new Response(null, { status: 304 }))(
    request('GET /api/stories'),
  );
  checkHeaders(current, { tags: 'stories' });
  checkHeaders(
    await middleware(() => new Response('', { status: 404 }))(request('GET /api/stories')),
    {},
  );
  assert.deepEqual(purged.values, []);
});

test('P1: a write touches its entity, and the kinds of parents that nothing tells', async () => {
  await checkWrite('PATCH /api/scenes/7', 'scene:7, chapter, story, stories');
  await checkWrite('DELETE /api/scenes/7', 'scene:7, chapter, story, stories');
  await checkWrite('POST /api/scenes/7/publish', 'scene:7, chapter, story, stories');
  await checkWrite('POST /api/stories', 'stories');
});

test('P1: parents that are looked up are those before and those after', async () => {
  let rows = {
    'scene:7': { chapterId: 3, text: 'early' },
    'chapter:3': { storyId: 42 },
    'chapter:4': { storyId: 43n },
  };
  /** @type {string[]} */
  const asked = [];
  const { sceneMiddleware, errors } = server({
    parents: async (kind, id) => {
      asked.push(`${kind}:${id}`);
      return rows[`${kind}:${id}`];
    },
  });
  const move = sceneMiddleware(async (given) => {
    rows = { ...rows, 'scene:7': { chapterId: (await given.json()).to, text: 'late' } };
    return ok();
  });
  checkHeaders(await move(request('PUT /api/scenes/7', { to: 4 })), {
    invalidates: 'scene:7, chapter:3, chapter:4, story:42, story:43, stories',
  });
  assert.deepEqual(asked, ['scene:7', 'chapter:3', 'chapter:3', 'scene:7', 'chapter:4']);
  const remove = sceneMiddleware(() => {
    delete rows['scene:7'];
    return new Response(null, { status: 204 });
  });
  checkHeaders(await remove(request('DELETE /api/scenes/7')), {
    invalidates: 'scene:7, chapter:4, story:43, stories',
  });
  checkHeaders(
    await sceneMiddleware(() => Response.json({ chapterId: 3 }))(request('POST /api/scenes')),
    {
      invalidates: 'chapter:3, story:42, stories',
    },
  );
  // Reads ask for nothing.
  asked.length = 0;
  await sceneMiddleware(ok)(request('GET /api/scenes/7'));
  assert.deepEqual(asked, []);
  assert.deepEqual(errors, []);
});

test('P1: parents that cannot be looked up are whole kinds, and that is told', async () => {
  const { middleware, errors } = server({
    parents: (kind) => {
      if (kind === 'scene') return { chapterId: 3 };
      throw new Error('no database');
    },
  });
  const response = await middleware(ok)(request('PATCH /api/scenes/7'));
  checkHeaders(response, { invalidates: 'scene:7, chapter:3, story, stories' });
  assert.deepEqual(
    errors.map((error) => /** @type {any} */ (error).code),
    Array(2).fill('parents-failed'),
  );
  assert.match(errors[0].message, /chapter:3 .*no database/);
});

test('P1: a handler for an entity knows it by its own route, wherever it is mounted', async () => {
  const { sceneMiddleware, middleware, purged } = server();
  const wrapped = sceneMiddleware(ok);
  const scene7 = { invalidates: 'scene:7, chapter, story, stories' };
  for (const params of [{ id: '7' }, { id: '1', sceneId: '7' }, { scene: '7', other: ['8'] }]) {
    checkHeaders(await wrapped(request('PATCH /v2/edit'), { params }), scene7);
    checkHeaders(
      await wrapped(request('PATCH /v2/edit'), { params: Promise.resolve(params) }),
      scene7,
    );
  }
  const bun = Object.assign(request('PATCH /v2/edit'), { params: { id: '7' } });
  checkHeaders(await wrapped(bun), scene7);
  // Next leaves values as they are in the URL; others decode them.
  const spaced = { invalidates: '"scene:a b", chapter, story, stories' };
  for (const id of ['a%20b', 'a b']) {
    const { headers } = await wrapped(request('PATCH /v2/a%20b'), { params: { id } });
    assert.equal(headers.get('x-cache-invalidate'), spaced.invalidates);
  }
  const decoded = await wrapped(request('PATCH /v2/a%2520b'), { params: { id: 'a%20b' } });
  assert.match(decoded.headers.get('x-cache-invalidate'), /^scene:a%20b, /);
  assert.match(purged.values[0], /"\/v2\/edit"/);
  checkHeaders(await wrapped(request('GET /v2/edit'), { params: { id: '7' } }), {
    tags: 'scene:7, scene',
  });
  // What tells nothing means all of them.
  const all = { invalidates: 'scene, chapter, story, stories' };
  for (const context of [
    undefined,
    {},
    { params: { id: ['7'] } },
    { params: Promise.reject() },
    7,
  ]) {
    checkHeaders(await wrapped(request('PATCH /v2/edit'), context), all);
  }
  checkHeaders(await wrapped(request('PATCH /api/scenes/7'), {}), scene7);
  // The general one goes by the URL alone.
  checkHeaders(await middleware(ok)(request('PATCH /v2/edit'), { params: { id: '7' } }), {});
});

test('P9: a handler gets what it would get, and this', async () => {
  const { sceneMiddleware } = server();
  const given = request('PATCH /api/scenes/7', { text: 'late' });
  const context = { params: { id: '7' } };
  const wrapped = sceneMiddleware(
    async (/** @type {Request} */ got, /** @type {unknown[]} */ ...rest) => {
      assert.equal(got, given);
      assert.deepEqual(rest, [context, 'more']);
      assert.equal(rest[0], context);
      assert.deepEqual(await got.json(), { text: 'late' });
      return ok();
    },
  );
  assert.equal(await (await wrapped(given, context, 'more')).text(), 'ok');
});

test('P9: an answer that has nothing to say is the handler’s own', async () => {
  const { middleware, purged } = server();
  const own = ok();
  assert.equal(await middleware(() => own)(request('GET /elsewhere')), own);
  assert.deepEqual(purged.values, []);
  assert.equal(await middleware(() => own)(request('OPTIONS /api/scenes/7')), own);
  const refused = new Response('no', { status: 409 });
  assert.equal(await middleware(() => refused)(request('PATCH /api/scenes/7')), refused);
  assert.deepEqual(purged.values, []);
  // A write is one wherever it goes, and its URL is known (RFC 9111, section 4.4).
  assert.equal(await middleware(() => own)(request('POST /elsewhere?a=1')), own);
  assert.deepEqual(purged.values, ['"/elsewhere"']);
});

test('P9: status, text, headers and cookies stay as they are', async () => {
  const { middleware } = server();
  const headers = [
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
    ['etag', '"x"'],
  ];
  const answer = () =>
    new Response('made', {
      status: 201,
      statusText: 'Made',
      headers: /** @type {any} */ (headers),
    });
  const response = await middleware(answer)(request('POST /api/stories'));
  assert.equal(response.status, 201);
  assert.equal(response.statusText, 'Made');
  assert.deepEqual(response.headers.getSetCookie(), ['a=1', 'b=2']);
  assert.equal(response.headers.get('etag'), '"x"');
  assert.equal(await response.text(), 'made');
});

test('P9: an answer whose headers are immutable, and one that is given twice, are copied', async () => {
  const { middleware } = server();
  const redirect = middleware(() => Response.redirect('http://example.org/api/scenes/7', 303));
  const redirected = await redirect(request('POST /api/scenes/7/publish'));
  assert.equal(redirected.status, 303);
  assert.equal(redirected.headers.get('location'), 'http://example.org/api/scenes/7');
  checkHeaders(redirected, { invalidates: 'scene:7, chapter, story, stories' });
  const fetched = await fetch('data:application/json,{"chapterId":3}');
  const passed = await middleware(() => fetched)(request('PATCH /api/scenes/7'));
  assert.deepEqual(await passed.json(), { chapterId: 3 });
  checkHeaders(passed, { invalidates: 'scene:7, chapter:3, story, stories' });
  const constant = new Response(null, { status: 204 });
  const same = middleware(() => constant);
  checkHeaders(await same(request('DELETE /api/stories/1')), { invalidates: 'story:1, stories' });
  checkHeaders(await same(request('DELETE /api/stories/2')), { invalidates: 'story:2, stories' });
});

test('P1: what a handler says itself is kept, and purged', async () => {
  const { middleware, purged } = server();
  const own = { 'x-cache-invalidate': 'mine, "/b/*"', 'x-cache-tags': 'mine' };
  const says = middleware(() => new Response('', { headers: own }));
  const write = await says(request('PATCH /api/stories/1'));
  assert.equal(write.headers.get('x-cache-invalidate'), 'mine, "/b/*"');
  assert.deepEqual(purged.values.splice(0), ['mine, "/b/*", "/api/stories/1"']);
  const read = await says(request('GET /api/stories/1'));
  assert.equal(read.headers.get('x-cache-tags'), 'mine');
  // Browsers honour it on any answer.
  assert.deepEqual(purged.values.splice(0), ['mine, "/b/*"']);
  for (const status of [400, 500]) {
    await middleware(() => new Response('', { status, headers: own }))(
      request('PATCH /api/stories/1'),
    );
    assert.deepEqual(purged.values.splice(0), ['mine, "/b/*"']);
  }
});

test('P1: a handler adds tags', async () => {
  const { middleware, purged } = server();
  const adds = middleware((given) => {
    addTags(given, 'search');
    addTags(given, ['author:7', 'author:7', 'stories']);
    return ok();
  });
  checkHeaders(await adds(request('GET /api/stories')), { tags: 'stories, search, author:7' });
  checkHeaders(await adds(request('POST /api/stories')), {
    invalidates: 'stories, search, author:7',
  });
  checkHeaders(await adds(request('POST /elsewhere')), {
    invalidates: 'search, author:7, stories',
  });
  assert.equal(purged.values[0], 'stories, search, author:7, "/api/stories"');
});

test('P10: too many targets are widened in the header, and a read of too many is not to be kept', async () => {
  const { middleware, purged } = server();
  const many = middleware((given) => {
    addTags(
      given,
      Array.from({ length: 10_000 }, (_, id) => `kind:${id}`),
    );
    return ok();
  });
  checkHeaders(await many(request('POST /elsewhere')), { invalidates: 'kind' });
  assert.equal(purged.values[0], 'kind, "/elsewhere"');
  const read = await many(request('GET /elsewhere'));
  assert.equal(read.headers.get('cache-control'), 'no-store');
  checkHeaders(read, {});
  // Unless the handler names it itself.
  const named = middleware((given) => {
    addTags(given, 'é');
    return new Response('', { headers: { 'x-cache-tags': 'mine' } });
  });
  const own = (await named(request('GET /elsewhere'))).headers;
  assert.deepEqual([own.get('x-cache-tags'), own.get('cache-control')], ['mine', null]);
});

test('P1: a write that the rules call safe is none', async () => {
  const rules = [{ match: '/api/scenes', methods: ['POST'], safe: true }];
  const { middleware, purged } = server({ rules });
  checkHeaders(await middleware(ok)(request('POST /api/scenes')), {});
  assert.deepEqual(purged.values, []);
});

test('P4: a write of which nobody knows how it ended purges what its URL says', async () => {
  const { middleware, sceneMiddleware, purged } = server({ parents: () => ({ chapterId: 3 }) });
  const touched = 'scene:7, chapter, story, stories, "/api/scenes/7"';
  const failure = new Error('in the middle');
  for (const fail of [
    () => {
      throw failure;
    },
    () => Promise.reject(failure),
  ]) {
    await assert.rejects(
      middleware(fail)(request('PATCH /api/scenes/7')),
      (error) => error === failure,
    );
    assert.deepEqual(purged.values.splice(0), [touched]);
  }
  const answer = new Response('late', { status: 504 });
  assert.equal(await middleware(() => answer)(request('PATCH /api/scenes/7')), answer);
  assert.deepEqual(purged.values.splice(0), [touched]);
  await sceneMiddleware(() => Response.error())(request('PATCH /v2/edit'), { params: { id: '7' } });
  assert.deepEqual(purged.values.splice(0), ['scene:7, chapter, story, stories, "/v2/edit"']);
  assert.equal(await middleware(() => undefined)(request('PATCH /api/scenes/7')), undefined);
  assert.deepEqual(purged.values.splice(0), [touched]);
  // A read that fails has changed nothing.
  assert.equal(await middleware(() => undefined)(request('GET /api/scenes/7')), undefined);
  await assert.rejects(
    middleware(() => {
      throw failure;
    })(request('GET /api/scenes/7')),
  );
  assert.deepEqual(purged.values, []);
});

test('P1: where tags are, caches that know URLs alone are told as well', async () => {
  const { middleware, purged } = server();
  await middleware(() => Response.json({ chapterId: 3 }))(request('PATCH /api/scenes/7'));
  const paths = purged.targets[0].flatMap((target) => target.path ?? target.pattern ?? []);
  assert.deepEqual(paths, ['/api/scenes/7', '/api/chapters/3', '/api/stories/*', '/api/stories']);
});
