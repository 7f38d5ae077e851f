// Wrapped handlers that are called as a framework would call them, with what they purge.
import assert from 'node:assert/strict';

const dist = new URL('../../../pkg-template/dist/', import.meta.url);
export const { addTags, createCacheMiddleware, EverfreshError } = await import(`${dist}server.js`);

export const ENTITIES = {
  scene: {
    path: '/api/scenes/:id',
    collection: '/api/scenes',
    actions: ['publish'],
    parents: { chapter: 'chapterId' },
  },
  chapter: { path: '/api/chapters/:id', parents: { story: 'storyId' } },
  story: { path: '/api/stories/:id', collection: '/api/stories', lists: ['stories'] },
};

/** A cache of a server, of which only what it was told to drop is known. */
export class Purged {
  /** @type {string[]} */ values = [];
  /** @type {any[][]} */ targets = [];
  /** What is done instead, such as failing. */
  outcome = () => /** @type {void | Promise<void>} */ (undefined);

  /** @param {any[]} targets @param {string} value */
  purge(targets, value) {
    this.values.push(value);
    this.targets.push(targets);
    return this.outcome();
  }
}

/**
 * What `createCacheMiddleware` gives for the map above, what is purged, and what went wrong.
 *
 * @param {Record<string, unknown>} [options]
 */
export function server(options) {
  const purged = new Purged();
  /** @type {Error[]} */
  const errors = [];
  const onError = (/** @type {Error} */ error) => errors.push(error);
  const cache = createCacheMiddleware({ entities: ENTITIES, purger: purged, onError, ...options });
  return { ...cache, purged, errors };
}

/**
 * @param {string} line such as `PATCH /api/scenes/7`
 * @param {unknown} [body] JSON, or a text or stream as it is
 * @param {Record<string, string>} [headers]
 */
export function request(line, body, headers) {
  const [method, path] = line.split(' ');
  const raw = body === undefined || typeof body === 'string' || body instanceof ReadableStream;
  return new Request(`http://example.org${path}`, {
    method,
    headers: { ...(!raw && { 'content-type': 'application/json' }), ...headers },
    body: /** @type {BodyInit} */ (raw ? body : JSON.stringify(body)),
    // @ts-expect-error: Node's own, for streams
    duplex: 'half',
  });
}

/**
 * What an answer says that it is, or that it has touched.
 *
 * @param {Response} response
 * @param {{ tags?: string, invalidates?: string }} expected
 */
export function checkHeaders({ headers }, { tags, invalidates }) {
  assert.equal(headers.get('x-cache-tags'), tags ?? null);
  assert.equal(headers.get('cache-groups'), groups(tags));
  assert.equal(headers.get('x-cache-invalidate'), invalidates ?? null);
  assert.equal(headers.get('cache-group-invalidation'), groups(invalidates));
}

/** @param {string | undefined} tags */
function groups(tags) {
  return tags?.replace(/[^, ]+/g, '"$&"') ?? null;
}

/**
 * What a write touches, by header and by purge.
 *
 * @param {string} line
 * @param {string} invalidates
 * @param {{ body?: unknown, answer?: unknown, headers?: Record<string, string>, options?: any }} [given]
 */
export async function checkWrite(line, invalidates, { body, answer, headers, options } = {}) {
  const { middleware, purged } = server(options);
  const handler = middleware(() =>
    answer === undefined ? new Response('ok') : Response.json(answer),
  );
  const response = await handler(request(line, body, headers));
  checkHeaders(response, { invalidates });
  const path = line.split(/[ ?]/)[1];
  assert.deepEqual(purged.values, [`${invalidates}, "${path}"`]);
}
