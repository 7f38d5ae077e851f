// Optimistic mutations that overlap each other, reads and other tabs: nothing is lost, doubled or shown in between.
import assert from 'node:assert/strict';
import { Lab } from './support/lab.mjs';
import { append, change, LIST, listed, REFUSED, refetch, settled } from './support/list.mjs';
import { suite } from './support/suite.mjs';
import { until } from './support/until.mjs';

/** @param {string} id */
const remove = (id) => ({ op: 'remove', where: { id } });
/** @param {string[]} ids */
const ids = (...ids) => ids.map((id) => ({ id }));

/**
 * What goes wrong where mutations overlap, elsewhere: `a` and `b` are sent at once, then answered; with each answer the
 * server has something else.
 *
 * @type {{ name: string, before: unknown[], a: object, b: object, answers: [string, import('./support/relay.mjs').Given, unknown[]][],
 *   shown: unknown[][] }[]}
 */
const OVERLAPS = [
  {
    name: 'the first fails after the second was done',
    before: [1],
    a: append(2),
    b: append(3),
    answers: [
      ['b', {}, [1, 3]],
      ['a', REFUSED, [1, 3]],
    ],
    shown: [[1], [1, 2], [1, 2, 3], [1, 3]],
  },
  {
    name: 'the second fails after the first was done',
    before: [1],
    a: append(2),
    b: append(3),
    answers: [
      ['a', {}, [1, 2]],
      ['b', REFUSED, [1, 2]],
    ],
    shown: [[1], [1, 2], [1, 2, 3], [1, 2]],
  },
  {
    name: 'of two deletions the first fails, then the second is done',
    before: ids('a', 'b', 'c'),
    a: remove('a'),
    b: remove('b'),
    answers: [
      ['a', REFUSED, ids('a', 'b', 'c')],
      ['b', {}, ids('a', 'c')],
    ],
    shown: [ids('a', 'b', 'c'), ids('b', 'c'), ids('c'), ids('a', 'c')],
  },
  {
    name: 'of two deletions the second is done, then the first fails',
    before: ids('a', 'b', 'c'),
    a: remove('a'),
    b: remove('b'),
    answers: [
      ['b', {}, ids('a', 'c')],
      ['a', REFUSED, ids('a', 'c')],
    ],
    shown: [ids('a', 'b', 'c'), ids('b', 'c'), ids('c'), ids('a', 'c')],
  },
  {
    name: 'both are done, in the other order',
    before: [1],
    a: append(2),
    b: append(3),
    answers: [
      ['b', {}, [1, 3]],
      ['a', {}, [1, 3, 2]],
    ],
    shown: [[1], [1, 2], [1, 2, 3], [1, 3, 2]],
  },
  {
    name: 'both fail',
    before: [1],
    a: append(2),
    b: append(3),
    answers: [
      ['a', REFUSED, [1]],
      ['b', REFUSED, [1]],
    ],
    shown: [[1], [1, 2], [1, 2, 3], [1, 3], [1]],
  },
];

suite((scenario) => {
  for (const { name, before, a, b, answers, shown } of OVERLAPS) {
    scenario(`P5: ${name}`, async (site) => {
      const lab = await listed(site, before);
      await change(lab, 'a', a);
      await change(lab, 'b', b);
      const writes = { a: await lab.write('/lab/a'), b: await lab.write('/lab/b') };
      for (const [which, given, after] of answers) {
        lab.data.set(LIST, after);
        writes[which].answer(given);
        assert.equal((await lab.outcome(which)).status, given.status);
      }
      await settled(lab);
      assert.deepEqual(await lab.views(LIST), shown);
    });
  }

  scenario('P5: new server data goes below what is pending', async (site) => {
    const lab = await listed(site, [1]);
    await change(lab, 'before', undefined, { scope: { id: 'one' } });
    const first = await lab.write('/lab/before');
    await change(lab, 'a', append(2), { scope: { id: 'one' } });
    await lab.shows(LIST, [1, 2]);
    lab.data.set(LIST, [1, 3]);
    await refetch(lab);
    await lab.shows(LIST, [1, 3, 2]);
    first.answer();
    const write = await lab.write('/lab/a');
    lab.data.set(LIST, [1, 2, 3]);
    write.answer();
    await settled(lab);
    assert.deepEqual(await lab.views(LIST), [[1], [1, 2], [1, 3, 2], [1, 2, 3]]);
  });

  for (const [what, met] of /** @type {[string, number[]][]} */ ([
    ['met the write', [1, 2]],
    ['did not meet the write', [1]],
  ])) {
    scenario(`P5: a read during a mutation that ${what} is held back`, async (site) => {
      const lab = await listed(site, [1]);
      await change(lab, 'a', append(2));
      const write = await lab.write('/lab/a');
      lab.data.set(LIST, met);
      await refetch(lab);
      await until(() => lab.reads(LIST) === 2, 'it is read again');
      const before = lab.reads(LIST);
      lab.data.set(LIST, [1, 2]);
      write.answer();
      await settled(lab);
      assert.deepEqual(await lab.views(LIST), [[1], [1, 2]]);
      assert.equal(lab.reads(LIST), before + 1, 'one more read, after the write');
    });
  }

  scenario('P5: it is shown in the same task as mutate', async (site) => {
    const lab = await listed(site, [1]);
    const seen = await lab.page.run(async (key) => {
      const { cache } = globalThis.demo;
      const order = [];
      const watching = cache.subscribe(key, ({ data }) => order.push(data));
      await cache.query(key);
      await new Promise((resolve) => setTimeout(resolve));
      order.length = 0;
      const { port1, port2 } = new MessageChannel();
      const task = new Promise((resolve) => {
        port1.onmessage = () => resolve(order.push('task'));
      });
      port2.postMessage('');
      const url = '/lab/a';
      const optimistic = { key, update: globalThis.lab.everfresh.createOptimisticAppend(2) };
      cache.mutate({ request: { url, body: {} }, optimistic }).catch(() => {});
      const at = [cache.peek(key).data, watching.state.data];
      await task;
      return { at, order };
    }, LIST);
    assert.deepEqual(seen.at, [
      [1, 2],
      [1, 2],
    ]);
    assert.deepEqual(seen.order, [[1, 2], 'task']);
    (await lab.write('/lab/a')).answer();
  });

  scenario('P5: several keys are one unit, and all are rolled back', async (site) => {
    const posts = '/community/api/posts';
    const lab = await (await Lab.start(site)).open([posts, `${posts}/1`]);
    const [before] = await until(() => likes(lab), 'both are shown');
    assert.deepEqual(before, [12, 12]);
    await site.demo.set({ refuseNextWrites: 1, writeLatencyMs: 500 });
    const at = await lab.page.run((posts) => {
      const { createOptimisticArrayUpdate, createOptimisticIncrement } = globalThis.lab.everfresh;
      const path = 'likeCount';
      const options = { path: 'posts' };
      const { cache } = globalThis.demo;
      globalThis.lab.send('like', {
        request: { url: `${posts}/1/like` },
        optimistic: [
          { key: `${posts}/1`, update: createOptimisticIncrement(path) },
          {
            key: posts,
            update: createOptimisticArrayUpdate(
              { id: 1 },
              createOptimisticIncrement(path),
              options,
            ),
          },
        ],
      });
      const line = cache.peek(posts).data.posts.find(({ id }) => id === 1);
      return [cache.peek(`${posts}/1`).data.likeCount, line.likeCount];
    }, posts);
    assert.deepEqual(at, [13, 13]);
    const outcome = await lab.outcome('like');
    assert.deepEqual([outcome.code, outcome.status], ['http-error', 422]);
    await lab.rests();
    assert.deepEqual(
      (await likes(lab)).map((both) => both.join()),
      ['12,12', '13,13', '12,12'],
    );
    assert.equal((await site.demo.read(`${posts}/1`)).likeCount, 12);
  });

  scenario('P5: two tabs that change one key both come to what the server has', async (site) => {
    const { driver } = site;
    const lab = await listed(site, [1]);
    const first = await driver.getWindowHandle();
    await change(lab, 'a', append(2));
    const a = await lab.write('/lab/a');
    await driver.switchTo().newWindow('tab');
    const second = await driver.getWindowHandle();
    await lab.open([LIST]);
    await lab.shows(LIST, [1]);
    await change(lab, 'b', append(3));
    await lab.shows(LIST, [1, 3]);
    const b = await lab.write('/lab/b');
    lab.data.set(LIST, [1, 3]);
    b.answer();
    await lab.outcome('b');
    await driver.switchTo().window(first);
    lab.data.set(LIST, [1, 3, 2]);
    a.answer();
    for (const tab of [first, second]) {
      await driver.switchTo().window(tab);
      const views = await lab.shows(LIST, [1, 3, 2]);
      const own = tab === first ? 2 : 3;
      const since = views.findIndex((view) => view.includes(own));
      assert.ok(
        views.slice(since).every((view) => view.includes(own)),
        `its own is never missing: ${JSON.stringify(views)}`,
      );
      const doubled = views.filter((view) => new Set(view).size < view.length);
      assert.deepEqual(doubled, [], 'none is doubled');
    }
  });

  scenario('P5: an abort takes back what it shows, before and after it is sent', async (site) => {
    const lab = await listed(site, [1]);
    await lab.page.run((key) => {
      const { createOptimisticAppend } = globalThis.lab.everfresh;
      globalThis.aborts = {};
      for (const [name, item] of /** @type {[string, number][]} */ ([
        ['sent', 2],
        ['waiting', 3],
      ])) {
        globalThis.aborts[name] = new AbortController();
        globalThis.lab.send(name, {
          request: { url: `/lab/${name}`, body: {} },
          optimistic: { key, update: createOptimisticAppend(item) },
          scope: { id: 'one' },
          signal: globalThis.aborts[name].signal,
        });
      }
    }, LIST);
    const write = await lab.write('/lab/sent');
    await lab.shows(LIST, [1, 2, 3]);
    await lab.page.run(() => globalThis.aborts.waiting.abort());
    assert.equal((await lab.outcome('waiting')).code, 'AbortError');
    await lab.shows(LIST, [1, 2]);
    // Nobody knows whether the server did it, so it is asked.
    lab.data.set(LIST, [1, 2]);
    const before = lab.reads(LIST);
    await lab.page.run(() => globalThis.aborts.sent.abort());
    assert.equal((await lab.outcome('sent')).code, 'AbortError');
    write.answer();
    await until(() => lab.reads(LIST) > before, 'the list is read again');
    await lab.shows(LIST, [1, 2]);
    await lab.rests();
    assert.deepEqual(lab.order, ['/lab/sent']);
  });
});

/**
 * The likes of post 1, by itself and in the list, at each time at which that changed; nothing before both are there.
 *
 * @param {Lab} lab
 * @returns {Promise<number[][] | undefined>}
 */
async function likes(lab) {
  const one = await lab.views('/community/api/posts/1');
  const all = await lab.views('/community/api/posts');
  if (!one[0] || !all[0]) {
    return undefined;
  }
  const inList = all.map(({ posts }) => posts.find((/** @type {any} */ { id }) => id === 1));
  const counts = (/** @type {any[]} */ lines) =>
    lines.map(({ likeCount }) => likeCount).filter((count, at, those) => count !== those[at - 1]);
  const ones = counts(one);
  return counts(inList).map((count, at) => [count, ones[at]]);
}
