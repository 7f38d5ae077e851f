// What a page says of a mutation, and what it is told.
import assert from 'node:assert/strict';
import { append, change, LIST, listed, REFUSED, settled } from './support/list.mjs';
import { suite } from './support/suite.mjs';
import { until } from './support/until.mjs';

const ITEM = '/lab/data/item';

suite((scenario) => {
  scenario(
    'P5: those of one scope are sent one after another, all others at once',
    async (site) => {
      const lab = await listed(site, [1]);
      const scope = { id: 'one' };
      await change(lab, 'a', append(2), { scope });
      await change(lab, 'b', append(3), { scope });
      await change(lab, 'c', append(4), { scope: { id: 'two' } });
      await change(lab, 'd', append(5));
      await lab.shows(LIST, [1, 2, 3, 4, 5]);
      const a = await lab.write('/lab/a');
      (await lab.write('/lab/c')).answer();
      (await lab.write('/lab/d')).answer();
      await lab.outcome('c');
      await lab.outcome('d');
      assert.ok(!lab.order.includes('/lab/b'));
      a.answer(REFUSED);
      await lab.outcome('a');
      const b = await lab.write('/lab/b');
      lab.data.set(LIST, [1, 3, 4, 5]);
      b.answer();
      await settled(lab);
    },
  );

  scenario('P5: what was made without a network is sent in order when it is back', async (site) => {
    const lab = await listed(site, [1]);
    lab.auto = ({ body }) => {
      const before = /** @type {unknown[]} */ (lab.data.get(LIST));
      lab.data.set(LIST, [...before, body.name]);
      return {};
    };
    await lab.page.run(() => globalThis.lab.online(false));
    for (const name of ['a', 'b', 'c']) {
      await change(lab, name, append(name), { scope: { id: 'one' } });
    }
    await lab.shows(LIST, [1, 'a', 'b', 'c']);
    assert.deepEqual(lab.order, []);
    await lab.page.run(() => globalThis.lab.online(true));
    await settled(lab);
    assert.deepEqual(lab.order, ['/lab/a', '/lab/b', '/lab/c']);
    const views = await lab.views(LIST);
    assert.deepEqual(views.at(-1), [1, 'a', 'b', 'c']);
    assert.equal(views.length, 4, `each came once: ${JSON.stringify(views)}`);
  });

  for (const way of /** @type {const} */ (['true', 'function'])) {
    scenario(
      `P5: an answer that is adopted (${way}) needs no read and flickers not`,
      async (site) => {
        const lab = await listed(site, [1]);
        await lab.page.run(
          (key, way) => {
            const adopt = way === 'true' ? true : (answer, base) => [...base, answer.id];
            const { createOptimisticAppend } = globalThis.lab.everfresh;
            globalThis.lab.send('a', {
              request: { url: '/lab/a', body: {} },
              optimistic: { key, update: createOptimisticAppend('new'), adopt },
            });
          },
          LIST,
          way,
        );
        const write = await lab.write('/lab/a');
        lab.data.set(LIST, [1, 7]);
        write.answer({ body: way === 'true' ? [1, 7] : { id: 7 } });
        await settled(lab);
        assert.deepEqual(await lab.views(LIST), [[1], [1, 'new'], [1, 7]]);
        assert.equal(lab.reads(LIST), 1);
      },
    );
  }

  scenario('P5: no answer is adopted where another write overlapped', async (site) => {
    const lab = await listed(site, [1]);
    const adopting = { key: LIST, adopt: true };
    for (const item of [2, 3]) {
      const optimistic = { ...adopting, update: append(item) };
      await change(lab, `add${item}`, undefined, { optimistic });
    }
    const [two, three] = [await lab.write('/lab/add2'), await lab.write('/lab/add3')];
    lab.data.set(LIST, [1, 3]);
    three.answer({ body: [1, 3] });
    await lab.outcome('add3');
    lab.data.set(LIST, [1, 3, 2]);
    two.answer({ body: [1, 3, 2] });
    await settled(lab);
    assert.ok(lab.reads(LIST) > 1, 'it is read again');
    assert.deepEqual(await lab.views(LIST), [[1], [1, 2], [1, 2, 3], [1, 3, 2]]);
  });

  scenario('P5: a temporary id becomes the real one, where it is shown and sent', async (site) => {
    const lab = await listed(site, []);
    await lab.page.run((key) => {
      const { cache } = globalThis.demo;
      const { createOptimisticAppend, createOptimisticArrayUpdate } = globalThis.lab.everfresh;
      const tempId = cache.tempId();
      globalThis.lab.temp = tempId;
      globalThis.lab.send('post', {
        request: { url: '/lab/posts', body: {} },
        optimistic: { key, update: createOptimisticAppend({ id: tempId, replies: 0 }) },
        realId: (data) => data.post.number,
        tempId,
      });
      globalThis.lab.send('reply', {
        request: { url: `/lab/posts/${tempId}/replies`, body: { post: tempId, text: 'Yes' } },
        optimistic: {
          key,
          update: createOptimisticArrayUpdate({ id: tempId }, { op: 'increment', path: 'replies' }),
        },
      });
    }, LIST);
    const post = await lab.write('/lab/posts');
    const temp = await lab.page.run(() => globalThis.lab.temp);
    await lab.shows(LIST, [{ id: temp, replies: 1 }]);
    assert.deepEqual(lab.order, ['/lab/posts'], 'the reply waits for the id');
    lab.data.set(LIST, [{ id: 77, replies: 0 }]);
    post.answer({ status: 201, body: { post: { number: 77 } } });
    const reply = await lab.write('/lab/posts/77/replies');
    assert.deepEqual(reply.body, { post: 77, text: 'Yes' });
    await lab.shows(LIST, [{ id: 77, replies: 1 }]);
    lab.data.set(LIST, [{ id: 77, replies: 1 }]);
    reply.answer();
    await settled(lab);
    const texts = (await lab.views(LIST)).map((view) => JSON.stringify(view));
    const flat = texts.map((text) => text.replaceAll(`"${temp}"`, '77'));
    const different = flat.filter((text, at) => text !== flat[at - 1]);
    assert.deepEqual(different, ['[]', '[{"id":77,"replies":1}]']);
  });

  scenario(
    'P5: an operation that throws is dropped and told of, and the rest goes on',
    async (site) => {
      const lab = await listed(site, [1]);
      lab.data.set(ITEM, { count: 1 });
      await lab.page.run(
        (list, item) => {
          globalThis.lab.watch(item);
          return globalThis.demo.cache.query(item).then(() => {
            globalThis.lab.send('a', {
              request: { url: '/lab/a', body: {} },
              optimistic: [
                {
                  key: list,
                  update: () => {
                    throw new Error('broken');
                  },
                },
                { key: item, update: globalThis.lab.everfresh.createOptimisticIncrement('count') },
              ],
            });
          });
        },
        LIST,
        ITEM,
      );
      const write = await lab.write('/lab/a');
      await lab.shows(ITEM, { count: 2 });
      assert.deepEqual(await lab.views(LIST), [[1]]);
      lab.data.set(ITEM, { count: 2 });
      write.answer({ body: { fine: true } });
      assert.deepEqual((await lab.outcome('a')).data, { fine: true });
      const events = await lab.page.run(() => globalThis.lab.events);
      const problems = events.filter((/** @type {any} */ { type }) => type === 'problem');
      assert.deepEqual(
        problems.map((/** @type {any} */ { code }) => code),
        ['operation-failed'],
      );
    },
  );

  scenario('P5: callbacks are called once, in order, before the promise settles', async (site) => {
    const lab = await listed(site, [1]);
    await lab.page.run(() => {
      globalThis.calls = [];
      for (const name of ['fine', 'bad']) {
        const note =
          (what) =>
          (...args) =>
            globalThis.calls.push([name, what, ...args.map((arg) => arg?.code ?? arg ?? null)]);
        const promise = globalThis.lab.send(name, {
          request: { url: `/lab/${name}`, body: {} },
          scope: { id: 'one' },
          variables: { name },
          onSuccess: note('success'),
          onError: note('error'),
          onSettled: note('settled'),
        });
        promise.then(note('resolved'), note('rejected'));
      }
    });
    (await lab.write('/lab/fine')).answer({ body: { id: 1 } });
    (await lab.write('/lab/bad')).answer(REFUSED);
    await lab.outcome('bad');
    const [fine, bad] = [{ name: 'fine' }, { name: 'bad' }];
    assert.deepEqual(await lab.page.run(() => globalThis.calls), [
      ['fine', 'success', { id: 1 }, fine],
      ['fine', 'settled', { id: 1 }, null, fine],
      ['fine', 'resolved', { id: 1 }],
      ['bad', 'error', 'http-error', bad],
      ['bad', 'settled', null, 'http-error', bad],
      ['bad', 'rejected', 'http-error'],
    ]);
  });

  scenario('P5: a function of the page is a mutation, too', async (site) => {
    const lab = await listed(site, [1]);
    const seen = await lab.page.run(async (key) => {
      const { cache } = globalThis.demo;
      const context = [];
      const mutationFn = async (variables, { signal, idempotencyKey }) => {
        context.push(variables, signal instanceof AbortSignal, typeof idempotencyKey);
        const shown = cache.peek(key).data;
        if (variables.fails) {
          throw new TypeError('broken');
        }
        return { shown };
      };
      const update = (list, variables) => [...list, variables.item];
      const send = (variables) =>
        cache.mutate({ mutationFn, variables, optimistic: { key, update } });
      const fine = await send({ item: 2 });
      const bad = await send({ item: 3, fails: true }).catch((error) => [
        error.name,
        error.message,
      ]);
      return { context, fine, bad };
    }, LIST);
    assert.deepEqual(seen.fine, { shown: [1, 2] });
    assert.deepEqual(seen.bad, ['TypeError', 'broken']);
    assert.deepEqual(seen.context.slice(0, 3), [{ item: 2 }, true, 'string']);
    await settled(lab);
  });

  scenario('P5: it is tried again as often as it says, with the same key', async (site) => {
    const lab = await listed(site, [1]);
    await change(lab, 'a', append(2), { retry: 2 });
    const keys = [];
    for (const given of [{ status: 503 }, null, {}]) {
      const write = await lab.write('/lab/a');
      keys.push(write.key);
      await lab.shows(LIST, [1, 2]);
      if (given && !given.status) {
        lab.data.set(LIST, [1, 2]);
      }
      write.answer(given);
    }
    await settled(lab);
    assert.ok(keys[0] && new Set(keys).size === 1, `${keys}`);
    assert.deepEqual(await lab.views(LIST), [[1], [1, 2]]);
  });

  scenario('P1: what it invalidates is read again', async (site) => {
    const lab = await listed(site, [1]);
    await change(lab, 'a', undefined, { invalidates: `"${LIST}"` });
    const write = await lab.write('/lab/a');
    const before = lab.reads(LIST);
    lab.data.set(LIST, [1, 2]);
    write.answer();
    await settled(lab);
    assert.equal(lab.reads(LIST), before + 1);
  });

  scenario('P5: fetch sees no layer, and what the page sets is below them', async (site) => {
    const lab = await listed(site, [1]);
    await change(lab, 'a', append(2));
    const write = await lab.write('/lab/a');
    const seen = await lab.page.run(async (key) => {
      const { cache } = globalThis.demo;
      const fetched = [];
      for (const cache of /** @type {const} */ (['default', 'reload'])) {
        fetched.push(await (await fetch(key, { cache })).json());
      }
      let base;
      cache.setQueryData(key, (before) => {
        base = before;
        return [...before, 9];
      });
      return { fetched, base, shown: cache.peek(key).data, asked: await cache.query(key) };
    }, LIST);
    assert.deepEqual(seen, { fetched: [[1], [1]], base: [1], shown: [1, 9, 2], asked: [1, 9, 2] });
    lab.data.set(LIST, [1, 9, 2]);
    write.answer();
    await settled(lab);
  });

  scenario('P5: what is pending is listed, and told of', async (site) => {
    const lab = await listed(site, [1]);
    await lab.page.run(() => {
      globalThis.lists = [];
      const { mutations } = globalThis.demo.cache;
      globalThis.lists.push([mutations.isPending, mutations.list.length]);
      globalThis.end = mutations.subscribe((list) =>
        globalThis.lists.push(list.map(({ status }) => status).join()),
      );
    });
    const scope = { id: 'one' };
    await change(lab, 'a', append(2), { scope });
    await change(lab, 'b', append(3), { scope });
    const a = await lab.write('/lab/a');
    const list = await lab.list();
    assert.deepEqual(
      list.map((/** @type {any} */ { status }) => status),
      ['sending', 'queued'],
    );
    const [{ id, submittedAt, ...first }] = list;
    assert.ok(id && Math.abs(submittedAt - Date.now()) < 60_000);
    const { origin } = lab.relay;
    assert.deepEqual(first, {
      status: 'sending',
      durable: false,
      scope: 'one',
      method: 'POST',
      url: `${origin}/lab/a`,
      keys: [`${origin}${LIST}`],
      attempts: 1,
    });
    assert.equal(await lab.page.run(() => globalThis.demo.cache.mutations.isPending), true);
    a.answer();
    (await lab.write('/lab/b')).answer();
    await lab.rests();
    const told = () => globalThis.lists;
    const empty = async () => (await lab.page.run(told)).at(-1) === '';
    await until(empty, 'it is told that nothing is pending');
    const lists = await lab.page.run(told);
    assert.deepEqual(lists[0], [false, 0]);
    assert.ok(lists.includes('sending,queued') && lists.includes('sending'), `${lists}`);
    await lab.page.run(() => globalThis.end());
    await change(lab, 'c', append(4));
    (await lab.write('/lab/c')).answer();
    await lab.outcome('c');
    assert.equal((await lab.page.run(told)).length, lists.length, 'the subscription has ended');
  });
});
