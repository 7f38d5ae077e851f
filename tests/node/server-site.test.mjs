// everfresh/server: a site over HTTP, whose pages are kept in a real Redis, through both clients.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from '../e2e/support/until.mjs';
import { close, Redis } from './support/redis.mjs';
import { ServerSite } from './support/server-site.mjs';

/** @type {Redis} */
let redis;
before(async () => {
  redis = await Redis.start();
});
after(() => redis?.stop());

const SETS = { sets: 'tag:{tag}' };
const KEYS = { keys: ['page:{path}'] };

/**
 * A site for each client, over an empty Redis.
 *
 * @param {string} name
 * @param {Parameters<typeof ServerSite.start>[1]} options
 * @param {(site: ServerSite) => Promise<void>} work
 */
function both(name, options, work) {
  for (const library of ['ioredis', 'redis']) {
    test(`${name} (${library})`, async (t) => {
      // What can't be done at once fails, so that a site without Redis goes on.
      const client =
        library === 'ioredis'
          ? await redis.io({ enableOfflineQueue: false, retryStrategy: () => 50 })
          : await redis.node({ disableOfflineQueue: true });
      t.after(() => close(client));
      await /** @type {any} */ (client)[library === 'ioredis' ? 'flushall' : 'flushAll']();
      const site = await ServerSite.start(client, options);
      t.after(() => site.stop());
      await work(site);
    });
  }
}

/** Reads pages until they are kept. @param {ServerSite} site @param {string[]} paths */
async function keep(site, paths) {
  for (const path of paths) {
    await site.ask(`GET ${path}`);
    assert.equal((await site.ask(`GET ${path}`)).kept, true, path);
  }
}

/** Which of these pages are still kept. @param {ServerSite} site @param {string[]} paths */
async function kept(site, paths) {
  const found = [];
  for (const path of paths) {
    if ((await site.ask(`GET ${path}`)).kept) found.push(path);
  }
  return found;
}

const PAGES = [
  ...['/api/scenes/7', '/api/scenes/8', '/api/chapters/3', '/api/chapters/4', '/api/chapters/5'],
  ...['/api/stories/1', '/api/stories/2', '/api/stories'],
];

for (const names of [SETS, KEYS]) {
  const by = 'sets' in names ? 'sets of tags' : 'names';
  both(`P1: who has written reads what was written, by ${by}`, names, async (site) => {
    await keep(site, PAGES);
    const write = await site.ask('PATCH /api/scenes/7', { text: 'late' });
    assert.equal(write.invalidates, 'scene:7, chapter:3, story, stories');
    const read = await site.ask('GET /api/scenes/7');
    assert.deepEqual([read.data.text, read.kept], ['late', false]);
    assert.equal((await site.ask('GET /api/chapters/3')).data[0].text, 'late');
    assert.deepEqual(await kept(site, ['/api/scenes/8', '/api/chapters/4', '/api/stories']), [
      '/api/scenes/8',
      '/api/chapters/4',
    ]);
    assert.deepEqual(site.errors, []);
  });

  both(`P1: what is made is in its lists, by ${by}`, names, async (site) => {
    await keep(site, PAGES);
    const story = await site.ask('POST /api/stories', { title: 'new' });
    assert.equal(story.status, 200, 'after the redirect');
    assert.equal((await site.ask('GET /api/stories')).data.length, 3);
    const scene = await site.ask('POST /api/scenes', { chapterId: 4, text: 'new' });
    assert.equal(scene.invalidates, 'chapter, chapter:4, story, stories');
    assert.equal((await site.ask('GET /api/chapters/4')).data.length, 2);
  });
}

both('P1: what moves is gone where it was, and there where it is', SETS, async (site) => {
  await keep(site, PAGES);
  await site.ask('PATCH /api/scenes/7', { chapterId: 5 });
  assert.deepEqual((await site.ask('GET /api/chapters/3')).data, []);
  assert.equal((await site.ask('GET /api/chapters/5')).data.length, 2);
});

both('P1: with a look-up, exactly that is dropped', { ...SETS, lookUp: true }, async (site) => {
  await keep(site, PAGES);
  const move = await site.ask('PATCH /api/scenes/7', { chapterId: 5 });
  assert.equal(move.invalidates, 'scene:7, chapter:3, chapter:5, story:1, story:2, stories');
  assert.deepEqual(await kept(site, PAGES), ['/api/scenes/8', '/api/chapters/4']);
  await keep(site, PAGES);
  const remove = await site.ask('DELETE /api/scenes/8');
  assert.equal(remove.invalidates, 'scene:8, chapter:4, story:1, stories');
  assert.deepEqual((await site.ask('GET /api/chapters/4')).data, []);
  assert.deepEqual(await kept(site, ['/api/scenes/7', '/api/chapters/5', '/api/stories/2']), [
    '/api/scenes/7',
    '/api/chapters/5',
    '/api/stories/2',
  ]);
});

both('P4: a write that was done and then failed is seen', SETS, async (site) => {
  await keep(site, PAGES);
  const failed = await site.ask('PUT /api/scenes/7', { text: 'late' });
  assert.deepEqual([failed.status, failed.invalidates], [500, null]);
  assert.equal((await site.ask('GET /api/scenes/7')).data.text, 'late');
});

both(
  'P1: many at once each read what they have written',
  { ...SETS, lookUp: true },
  async (site) => {
    const writer = async (/** @type {number} */ id) => {
      for (let round = 0; round < 25; round++) {
        await site.ask(`GET /api/scenes/${id}`);
        await site.ask(`PATCH /api/scenes/${id}`, { text: `${round}` });
        assert.equal((await site.ask(`GET /api/scenes/${id}`)).data.text, `${round}`);
      }
    };
    await Promise.all([7, 8, 9, 10].map(writer));
    assert.deepEqual(site.errors, []);
  },
);

// The last one, since it takes Redis away.
both('P7: without Redis answers go out all the same, and that is told', SETS, async (site) => {
  await keep(site, PAGES);
  await redis.kill();
  const write = await site.ask('PATCH /api/scenes/7', { text: 'late' });
  assert.deepEqual([write.status, write.invalidates], [200, 'scene:7, chapter:3, story, stories']);
  assert.deepEqual(
    site.errors.map((error) => error.code),
    ['purge-failed'],
  );
  assert.match(site.errors[0].message, /3 attempts/);
  assert.equal((await site.ask('GET /api/scenes/7')).data.text, 'late');

  redis = await Redis.start(redis.port);
  await until(async () => {
    await site.ask('GET /api/scenes/7');
    return (await site.ask('GET /api/scenes/7')).kept;
  }, 'pages are kept again');
  await site.ask('PATCH /api/scenes/7', { text: 'later' });
  assert.equal((await site.ask('GET /api/scenes/7')).data.text, 'later');
  assert.equal(site.errors.length, 1);
});
