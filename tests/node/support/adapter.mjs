// Tests of an adapter: the built package over a real server, with a cache that stands in for `fetch`, and another tab.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Locks } from './locks.mjs';
import { Site } from './site.mjs';

/** @typedef {import('../../../pkg-template/dist/slim.js').Cache} Cache */

export const site = new Site();
/** The package. @type {typeof import('../../../pkg-template/dist/slim.js')} */
export const everfresh = await site.start();
Object.assign(navigator, { locks: new Locks() });
after(() => site.stop());

/** Data of tests, and where it is read. */
export const PATH = '/users/7';

/**
 * A test with a cache, and that of another tab.
 *
 * @param {string} name
 * @param {(cache: Cache, other: Cache) => Promise<void>} work
 */
export function withCache(name, work) {
  test(name, { timeout: 20_000 }, async () => {
    const other = await everfresh.createCache();
    const cache = await everfresh.install({
      entities: { user: { path: '/users/:id' } },
      // What queries of the page choose is nothing to those of a library.
      query: { retry: 2, staleTime: 0, dedupingInterval: 0 },
    });
    try {
      await work(cache, other);
      assert.equal(site.waiting, 0, 'nothing else was asked for');
    } finally {
      cache.close();
      other.close();
    }
  });
}

/** @param {string} path @param {RequestInit} [init] */
export const read = async (path, init) => (await fetch(site.url(path), init)).json();

/** Lets what was told in this task be heard. */
export const turn = () => new Promise((resolve) => setImmediate(resolve));

/** @param {string} path @param {unknown} data @param {Record<string, string>} [headers] */
export async function answer(path, data, headers) {
  (await site.next(`GET ${path}`)).answer(200, data, headers);
}

/**
 * A write to a path that nothing reads.
 *
 * @param {string} named by its answer
 * @param {typeof fetch} [send]
 */
export async function write(named, send = fetch) {
  const written = send(site.url('/rpc'), { method: 'POST' });
  (await site.next('POST /rpc')).answer(200, {}, { 'x-cache-invalidate': named });
  await written;
}
