// A site on Hono whose pages are cached in Redis, over HTTP: what an application with everfresh/server is like.
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const dist = new URL('../../../pkg-template/dist/', import.meta.url);
const { createCacheMiddleware, redisPurger } = await import(`${dist}server.js`);

const ENTITIES = {
  scene: { path: '/api/scenes/:id', collection: '/api/scenes', parents: { chapter: 'chapterId' } },
  chapter: { path: '/api/chapters/:id', parents: { story: 'storyId' } },
  story: { path: '/api/stories/:id', collection: '/api/stories', lists: ['stories'] },
};

/** What the site has: two stories with two chapters each, and a scene in each chapter. */
const rows = () => ({
  story: new Map([1, 2].map((id) => [`${id}`, { id, title: `story ${id}` }])),
  chapter: new Map([3, 4, 5, 6].map((id) => [`${id}`, { id, storyId: id < 5 ? 1 : 2 }])),
  scene: new Map([7, 8, 9, 10].map((id) => [`${id}`, { id, chapterId: id - 4, text: 'early' }])),
});

export class ServerSite {
  /** @type {any[]} */ errors = [];
  rows = rows();
  #server;

  /**
   * @param {any} client of Redis
   * @param {{ lookUp?: boolean, keys?: string[], sets?: string }} options
   */
  static async start(client, options) {
    const site = new ServerSite(client, options);
    await new Promise((resolve) => site.#server.once('listening', () => resolve(undefined)));
    return site;
  }

  /** @param {any} client @param {{ lookUp?: boolean, keys?: string[], sets?: string }} options */
  constructor(client, { lookUp, ...names }) {
    this.cache = createCacheMiddleware({
      entities: ENTITIES,
      purger: redisPurger(client, names),
      // What a busy machine takes for a purge that fails is no matter here.
      purgeTimeout: 60_000,
      onError: (/** @type {any} */ error) => this.errors.push(error),
      ...(lookUp && { parents: (/** @type {string} */ kind, id) => this.rows[kind].get(id) }),
    });
    const fetch = this.#pages(client, this.cache.middleware(this.#app().fetch));
    this.#server = serve({ fetch, hostname: '127.0.0.1', port: 0 });
  }

  async stop() {
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /**
   * @param {string} line such as `PATCH /api/scenes/7`
   * @param {unknown} [body]
   */
  async ask(line, body) {
    const [method, path] = line.split(' ');
    const { port } = this.#server.address();
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      data: text && JSON.parse(text),
      kept: answer.headers.get('x-page') === 'kept',
      invalidates: answer.headers.get('x-cache-invalidate'),
    };
  }

  #app() {
    const { story, chapter, scene } = this.rows;
    const within = (/** @type {Map<string, any>} */ all, field, id) =>
      [...all.values()].filter((row) => `${row[field]}` === id);
    const app = new Hono();
    app.get('/api/scenes/:id', (c) => c.json(scene.get(c.req.param('id'))));
    app.get('/api/chapters/:id', (c) => c.json(within(scene, 'chapterId', c.req.param('id'))));
    app.get('/api/stories/:id', (c) => c.json(within(chapter, 'storyId', c.req.param('id'))));
    app.get('/api/stories', (c) => c.json([...story.values()]));
    app.patch('/api/scenes/:id', async (c) => {
      const row = Object.assign(scene.get(c.req.param('id')), await c.req.json());
      return c.json(row);
    });
    app.post('/api/scenes', async (c) => {
      const id = scene.size + 100;
      scene.set(`${id}`, { id, ...(await c.req.json()) });
      return c.json(scene.get(`${id}`), 201);
    });
    app.post('/api/stories', async (c) => {
      const id = story.size + 100;
      story.set(`${id}`, { id, ...(await c.req.json()) });
      return c.redirect(`/api/stories/${id}`, 303);
    });
    app.delete('/api/scenes/:id', (c) => {
      scene.delete(c.req.param('id'));
      return c.body(null, 204);
    });
    app.put('/api/scenes/:id', async (c) => {
      Object.assign(scene.get(c.req.param('id')), await c.req.json());
      throw new Error('done, and broken off');
    });
    app.onError((_, c) => c.json({}, 500));
    return app;
  }

  /** Answers reads with pages out of Redis; without Redis it passes everything on. */
  #pages(client, fetch) {
    return async (/** @type {Request} */ request) => {
      if (request.method !== 'GET') {
        return fetch(request);
      }
      const key = `page:${new URL(request.url).pathname}`;
      const page = await client.get(key).catch(() => null);
      if (page !== null) {
        return new Response(page, { headers: { 'x-page': 'kept' } });
      }
      const response = await fetch(request);
      const body = await response.clone().text();
      const sets = this.cache.tagsOf(response).map((/** @type {string} */ tag) => `tag:${tag}`);
      await store(client, key, body, sets).catch(() => {});
      return response;
    };
  }
}

/** Page and names of it together: so it is never without them. */
function store(client, key, body, sets) {
  const multi = client.multi().set(key, body);
  for (const set of sets) {
    'call' in client ? multi.sadd(set, key) : multi.sAdd(set, key);
  }
  return multi.exec();
}
