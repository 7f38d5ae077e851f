// Tests of the built package over a real server, each with a cache of its own.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Site } from './site.mjs';

/** @typedef {typeof import('../../../pkg-template/dist/slim.js')} Everfresh */
/** @typedef {import('../../../pkg-template/dist/slim.js').Cache} Cache */
/** @typedef {import('../../../pkg-template/dist/slim.js').CacheEvent} CacheEvent */

export const site = new Site();
/** The package. @type {Everfresh} */
export let everfresh;

before(async () => {
  everfresh = await site.start();
});
after(() => site.stop());

/**
 * A test with a cache that has the data of `/list`: one item, of which the id is 1.
 *
 * @param {string} name
 * @param {(cache: Cache, events: CacheEvent[]) => Promise<void>} work
 */
export function scenario(name, work) {
  test(name, { timeout: 20_000 }, async () => {
    const cache = await everfresh.createCache();
    try {
      /** @type {CacheEvent[]} */
      const events = [];
      cache.events((event) => events.push(event));
      const asked = cache.query('/list');
      (await site.next('GET /list')).answer(200, [{ id: 1 }]);
      await asked;
      await work(cache, events);
      assert.equal(site.waiting, 0, 'nothing else was asked for');
    } finally {
      cache.close();
    }
  });
}

/** @param {unknown} id */
export const append = (id) => ({
  key: '/list',
  update: everfresh.createOptimisticAppend({ id }),
});

/** The ids in the list. @param {Cache} cache */
export const shown = (cache) => peeked(cache).map(({ id }) => id);

/** @param {Cache} cache @returns {any[]} */
export const peeked = (cache) => /** @type {any} */ (cache.peek('/list'))?.data;

/** What a promise is rejected with. @param {Promise<unknown>} promise @returns {Promise<any>} */
export function rejection(promise) {
  return promise.then(
    (value) => assert.fail(`it gave ${JSON.stringify(value)}`),
    (error) => error,
  );
}

/** @param {() => unknown} done */
export async function until(done) {
  while (!done()) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
