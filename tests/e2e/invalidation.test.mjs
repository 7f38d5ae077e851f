// Each write drops exactly what it touched, from memory and from localStorage, and what is read next is new.
import assert from 'node:assert/strict';
import { suite } from './support/suite.mjs';

const STORIES = '/studio/api/stories';
const STORY = '/studio/api/stories/42';
const POSTS = '/community/api/posts';

/** @param {number} id */
const chapter = (id) => `/studio/api/chapters/${id}`;
/** @param {number} id */
const scene = (id) => `/studio/api/scenes/${id}`;
/** @param {number} id */
const post = (id) => `/community/api/posts/${id}`;

/** What is read before each write: parents, siblings and strangers of everything that is written to. */
const READ = [
  STORIES,
  STORY,
  ...[1, 2, 3].map(chapter),
  ...[1, 2, 4, 7].map(scene),
  POSTS,
  ...[1, 2].map(post),
];

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {[method: string, url: string, body?: object]} write
 * @property {string[]} touched what must be gone, of what was read
 * @property {string[]} [unsure] what goes too where only the client's entity map knows of the write
 * @property {string[]} [removed] what is not on the server any more
 */

/** @type {Case[]} */
const CASES = [
  {
    name: 'a scene PATCH',
    write: ['PATCH', scene(1), { text: 'It was a dark night.' }],
    touched: [scene(1), chapter(1), STORY, STORIES],
  },
  {
    name: 'a scene DELETE',
    write: ['DELETE', scene(4)],
    touched: [scene(4), chapter(2), STORY, STORIES],
    removed: [scene(4)],
  },
  {
    name: 'a scene PATCH that moves it to another chapter',
    write: ['PATCH', scene(1), { chapterId: 3 }],
    touched: [scene(1), chapter(1), chapter(3), STORY, STORIES],
    // A parent that a request names may be a new one, and nobody tells the old one.
    unsure: [chapter(2)],
  },
  {
    name: 'scene creation',
    write: ['POST', '/studio/api/scenes', { chapterId: 2, title: 'New', text: '' }],
    touched: [chapter(2), STORY, STORIES],
    unsure: [chapter(1), chapter(3)],
  },
  {
    name: 'a chapter PATCH',
    write: ['PATCH', chapter(2), { title: 'The Lamp Room' }],
    touched: [chapter(2), STORY, STORIES],
  },
  {
    name: 'a story PATCH',
    write: ['PATCH', STORY, { title: 'The Keeper' }],
    touched: [STORY, STORIES],
  },
  {
    name: 'a story write',
    write: ['PATCH', `${STORY}/write`, { text: 'A new foreword.' }],
    touched: [STORY, STORIES],
  },
  {
    name: 'post creation',
    write: ['POST', POSTS, { author: 'Nora', title: 'Hello', text: 'First.' }],
    touched: [POSTS],
  },
  {
    name: 'reply creation',
    write: ['POST', `${post(1)}/replies`, { author: 'Nora', text: 'Indeed.' }],
    touched: [post(1), POSTS],
  },
  {
    name: 'a like',
    write: ['POST', `${post(2)}/like`],
    touched: [post(2), POSTS],
  },
];

suite((scenario) => {
  for (const one of CASES) {
    scenario(`P1: ${one.name} drops what the server's headers name`, (site) =>
      check(site, one, one.touched),
    );
    scenario(
      `P1: ${one.name} drops the same by the client's map, without headers`,
      async (site) => {
        await site.demo.set({ sendHeaders: false });
        await check(site, one, [...one.touched, ...(one.unsure ?? [])]);
      },
    );
  }

  scenario(
    'P1: where neither header nor cached entry tells a parent, its kind is dropped',
    async ({ page, demo }) => {
      await demo.set({ sendHeaders: false });
      await page.open('/studio/?story=42&chapter=1&scene=1');
      await page.readAll([chapter(2), chapter(3), scene(2)]);
      await page.run(() => globalThis.demo.cache.invalidate(['scene:7', 'chapter:3']));
      await page.holds([STORIES, STORY, chapter(1), chapter(2), scene(1), scene(2)]);
      // Nothing of scene 7 is cached, and a DELETE's answer has no body.
      await page.write('DELETE', scene(7));
      await page.holds([scene(1), scene(2)]);
    },
  );

  scenario(
    'P4: an invalidation outlives a refresh, and so does what it left',
    async ({ page, demo }) => {
      await page.open('/studio/?story=42&chapter=1&scene=1');
      await page.readAll(READ);
      await page.holds(READ);
      await page.write('PATCH', scene(7), { title: 'Another title' });
      await page.refresh();
      // Of these the page has read none, so that whatever answers is what the last page left.
      const kept = await page.readAll([chapter(2), scene(2), scene(4), POSTS, post(1)]);
      assert.deepEqual(
        kept.map(({ from }) => from),
        kept.map(() => 'storage'),
      );
      for (const url of [scene(7), chapter(3)]) {
        const { from, text } = await page.read(url);
        assert.equal(from, 'network', url);
        assert.deepEqual(JSON.parse(text), await demo.read(url));
      }
      await page.badge('story', 'network');
      await page.badge('scene', 'storage');
    },
  );

  scenario('P1: a call of invalidate() and of clear() drop from both layers', async ({ page }) => {
    await page.open('/studio/?story=42&chapter=1&scene=1');
    await page.readAll(READ);
    await page.run(() => localStorage.setItem('theme', 'dark'));
    await page.holds(READ);
    await page.run(() => globalThis.demo.cache.invalidate('scene, "/community/api/*"'));
    await page.holds([STORIES, STORY, ...[1, 2, 3].map(chapter)]);
    await page.run(() => globalThis.demo.cache.clear());
    await page.holds([]);
    assert.equal(await page.run(() => localStorage.getItem('theme')), 'dark');
  });
});

/**
 * @param {import('./support/suite.mjs').Site} site
 * @param {Case} one
 * @param {string[]} gone
 */
async function check({ page, demo }, { write, touched, removed = [] }, gone) {
  await page.open('/studio/?story=42&chapter=1&scene=1');
  const before = await page.readAll(READ);
  await page.holds(READ);

  const { status, headers } = await page.write(...write);
  assert.ok(status >= 200 && status < 300, `the write was answered ${status}`);
  const { sendHeaders } = /** @type {any} */ (await demo.state());
  assert.equal('x-cache-invalidate' in headers, sendHeaders, 'the header is there or not');

  const left = READ.filter((url) => !gone.includes(url));
  const now = await page.layers();
  assert.deepEqual(now, { memory: sorted(left), storage: sorted(left), items: sorted(left) });

  for (const { url, text } of before) {
    const after = await page.read(url);
    assert.equal(after.from, left.includes(url) ? 'memory' : 'network', url);
    if (removed.includes(url)) {
      assert.equal(after.status, 404, url);
    } else {
      assert.deepEqual(
        JSON.parse(after.text),
        await demo.read(url),
        `${url} is as the server has it`,
      );
      assert.equal(after.text === text, !touched.includes(url), `${url} has changed or not`);
    }
  }
}

/** @param {string[]} paths */
const sorted = (paths) => [...paths].sort();
