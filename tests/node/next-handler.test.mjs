// examples/next-handler: its routes, called as Next.js calls them, over HTTP and a real Redis.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import { build } from 'esbuild';
import { close, Redis } from './support/redis.mjs';

const file = (/** @type {string} */ path) =>
  fileURLToPath(new URL(`../../${path}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'everfresh-next-'));

/** @type {Redis} */
let redis;
/** @type {any} */
let app;
/** @type {any} */
let server;

before(async () => {
  redis = await Redis.start();
  process.env.REDIS_URL = `redis://127.0.0.1:${redis.port}`;
  app = await load();
  // The folders of the application are its routes.
  const routes = { scenes: app.scenes, chapters: app.chapters };
  const fetch = async (/** @type {Request} */ request) => {
    const [, , kind, id] = new URL(request.url).pathname.split('/');
    return routes[kind][request.method](request, { params: Promise.resolve({ id }) });
  };
  server = serve({ fetch, hostname: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
});

after(async () => {
  if (server) await new Promise((resolve) => server.close(resolve));
  if (app) close(app.redis);
  await redis?.stop();
  rmSync(folder, { recursive: true });
});

/** The example as a bundler makes it, with the package that was built. */
async function load() {
  const outfile = join(folder, 'app.cjs');
  await build({
    stdin: {
      contents: `
        export * as scenes from './app/api/scenes/[id]/route';
        export * as chapters from './app/api/chapters/[id]/route';
        export { redis } from './lib/cache';`,
      resolveDir: file('examples/next-handler'),
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    alias: {
      everfresh: file('pkg-template/dist/index.js'),
      'everfresh/server': file('pkg-template/dist/server.js'),
    },
    // Of the entry for browsers only the rules are used.
    logOverride: { 'empty-import-meta': 'silent' },
    outfile,
  });
  return createRequire(import.meta.url)(outfile);
}

/** @param {string} line @param {unknown} [body] */
async function ask(line, body) {
  const [method, path] = line.split(' ');
  const { port } = server.address();
  const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, init);
  const text = await answer.text();
  return {
    data: text && JSON.parse(text),
    kept: answer.headers.get('x-page') === 'kept',
    tags: answer.headers.get('x-cache-tags'),
    invalidates: answer.headers.get('x-cache-invalidate'),
  };
}

test('P1: what is written is read, in its chapter too', async () => {
  for (const path of ['/api/scenes/7', '/api/scenes/8', '/api/chapters/3']) {
    assert.equal((await ask(`GET ${path}`)).kept, false);
    assert.equal((await ask(`GET ${path}`)).kept, true);
  }
  assert.equal((await ask('GET /api/scenes/7')).tags, 'scene:7, scene');
  const write = await ask('PATCH /api/scenes/7', { text: 'It was late.' });
  assert.equal(write.invalidates, 'scene:7, chapter:3');
  assert.equal((await ask('GET /api/scenes/7')).data.text, 'It was late.');
  assert.equal((await ask('GET /api/chapters/3')).data[0].text, 'It was late.');
  assert.equal((await ask('GET /api/scenes/8')).kept, true);

  await ask('GET /api/chapters/4');
  const move = await ask('PATCH /api/scenes/7', { chapterId: '4' });
  assert.equal(move.invalidates, 'scene:7, chapter:3, chapter:4');
  assert.equal((await ask('GET /api/chapters/3')).data.length, 1);
  assert.equal((await ask('GET /api/chapters/4')).data.length, 2);

  assert.equal((await ask('DELETE /api/scenes/9')).invalidates, 'scene:9, chapter:4');
  assert.equal((await ask('GET /api/chapters/4')).data.length, 1);
});

test('P2: a page that was read before a write is not kept after it', async (t) => {
  /** @type {(value?: unknown) => void} */
  let stored = () => {};
  const storing = new Promise((resolve) => {
    const store = app.redis.eval.bind(app.redis);
    t.mock.method(app.redis, 'eval', (/** @type {any[]} */ ...args) => {
      resolve(undefined);
      return new Promise((go) => {
        stored = go;
      }).then(() => store(...args));
    });
  });
  await ask('PATCH /api/scenes/8', { text: 'old' });
  const reading = ask('GET /api/scenes/8');
  await storing;
  await ask('PATCH /api/scenes/8', { text: 'new' });
  stored();
  assert.equal((await reading).data.text, 'old');
  t.mock.restoreAll();
  const read = await ask('GET /api/scenes/8');
  assert.deepEqual([read.data.text, read.kept], ['new', false]);
  assert.equal((await ask('GET /api/scenes/8')).kept, true);
});
