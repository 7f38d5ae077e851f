// What becomes of a durable mutation by what its server says, who is signed in, and what can be stored.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { copyOf } from './support/copies.mjs';
import { change, edit, LIST, listed, REFUSED, settled } from './support/list.mjs';
import { built } from './support/paths.mjs';
import { suite } from './support/suite.mjs';
import { TRAPPABLE } from './support/trap.mjs';
import { until } from './support/until.mjs';

/** @import { Lab } from './support/lab.mjs' */

/** An answer after which an edit is sent again, and how soon at the earliest. @type {[string, object, number][]} */
const AGAIN = [
  ['503 with Retry-After', { status: 503, headers: { 'retry-after': '2' } }, 2000],
  ['429 with Retry-After', { status: 429, headers: { 'retry-after': '2' } }, 2000],
  ['409 of a key that is still running', { status: 409, headers: { 'retry-after': '1' } }, 1000],
  ['500', { status: 500 }, 0],
];

/** What can't be stored, each as a part of a mutation. */
const UNSTORABLE = [
  `{ optimistic: { key, update: (list) => [...list, 2] } }`,
  `{ optimistic: { key, update: { op: 'append', item: 2 }, adopt: () => [2] } }`,
  `{ optimistic: { key, update: { op: 'append', item: () => 2 } } }`,
  `{ request: { url: '/lab/a', body: new Blob(['2']) } }`,
  `{ request: { url: '/lab/a', body: new FormData() } }`,
];

suite((scenario) => {
  for (const [name, given, wait] of AGAIN) {
    scenario(`P6: ${name} is tried again, with the same key`, async (site) => {
      const lab = await listed(site, []);
      await edit(lab, ['a']);
      const first = await lab.write('/lab/a');
      const before = Date.now();
      first.answer(given);
      await lab.has('waiting');
      const second = await lab.write('/lab/a');
      assert.ok(Date.now() - before >= wait, 'not too soon');
      assert.equal(second.key, first.key);
      lab.data.set(LIST, ['a']);
      second.answer();
      await settled(lab);
      assert.deepEqual(await lab.views(LIST), [[], ['a']]);
    });
  }

  scenario(
    'P6: what is refused is a dead letter that parks its scope until it is discarded',
    async (site) => {
      const lab = await dead(site);
      assert.ok(!lab.order.includes('/lab/next'));
      await lab.shows(LIST, ['next']);
      await lab.page.refresh();
      await lab.shows(LIST, ['next']);
      const { id } = await lab.has('dead');
      await lab.page.run((id) => globalThis.demo.cache.mutations.discard(id), id);
      const next = await lab.write('/lab/next');
      lab.data.set(LIST, ['next']);
      next.answer();
      await settled(lab);
      assert.deepEqual(lab.order, ['/lab/bad', '/lab/next']);
      assert.deepEqual(await lab.stored(), []);
    },
  );

  scenario(
    'P6: a dead letter is sent again when the page says so, and the rest follows',
    async (site) => {
      const lab = await dead(site);
      const { id } = await lab.has('dead');
      await lab.page.run((id) => globalThis.demo.cache.mutations.retry(id), id);
      await lab.shows(LIST, ['bad', 'next']);
      const bad = await lab.write('/lab/bad');
      lab.data.set(LIST, ['bad']);
      bad.answer();
      const next = await lab.write('/lab/next');
      lab.data.set(LIST, ['bad', 'next']);
      next.answer();
      await settled(lab);
      const [first, second] = lab.relay.writes('/lab/bad');
      const key = 'idempotency-key';
      assert.notEqual(
        second.headers[key],
        first.headers[key],
        'the old one would be refused again',
      );
      assert.deepEqual(await lab.stored(), []);
    },
  );

  scenario(
    'P6: a scope goes on after a dead letter where that is wanted, others always do',
    async (site) => {
      const lab = await listed(site, []);
      lab.auto = ({ body }) => (body.name === 'bad' ? REFUSED : {});
      const scope = { id: 'one' };
      await edit(lab, ['bad'], { scope, onDeadLetter: 'continue' });
      await edit(lab, ['next'], { scope });
      await edit(lab, ['other'], { scope: { id: 'two' } });
      for (const name of ['next', 'other']) {
        assert.equal((await lab.outcome(name)).code, undefined);
      }
      const { code, status } = await lab.outcome('bad');
      assert.deepEqual([code, status], ['http-error', 422]);
      const events = await lab.page.run(() => globalThis.lab.events);
      const { id } = await lab.has('dead');
      const states = events.filter((/** @type {any} */ event) => event.id === id);
      assert.deepEqual(
        states.map((/** @type {any} */ { state }) => state),
        ['queued', 'sending', 'dead'],
      );
    },
  );

  scenario('P6: it waits for somebody to sign in, and sends what is valid then', async (site) => {
    const options = `outboxHeaders: async () => ({ authorization: 'Bearer ' + (globalThis.token ??= 1) })`;
    const lab = await listed(site, [], { options });
    const headers = { Authorization: 'Bearer secret', 'X-Part': '7' };
    await lab.page.run(
      (key, headers) => {
        globalThis.lab.send('a', {
          request: { url: '/lab/a', body: { name: 'a' }, headers },
          optimistic: { key, update: { op: 'append', item: 'a' } },
          durable: true,
        });
      },
      LIST,
      headers,
    );
    (await lab.write('/lab/a')).answer({ status: 401 });
    await lab.has('paused');
    await lab.shows(LIST, ['a']);
    const items = await lab.page.run(() => JSON.stringify({ ...localStorage }));
    assert.match(items, /x-part/i);
    assert.doesNotMatch(items, /secret|bearer/i);
    await lab.page.run(() => {
      globalThis.token = 2;
      globalThis.demo.cache.setScope({ id: 'ada' });
    });
    const again = await lab.write('/lab/a');
    lab.data.set(LIST, ['a']);
    again.answer();
    await settled(lab);
    const sent = lab.relay
      .writes()
      .map(({ headers }) => [headers.authorization, headers['x-part']]);
    assert.deepEqual(sent, [
      ['Bearer 1', '7'],
      ['Bearer 2', '7'],
    ]);
  });

  scenario(
    'P8: what one has edited is neither shown nor sent for another, and waits',
    async (site) => {
      const lab = await listed(site, []);
      lab.auto = ({ body }) => {
        lab.data.set(LIST, [body.name]);
        return {};
      };
      lab.relay.down();
      await lab.page.run(() => globalThis.lab.online(false));
      await edit(lab, ['hers']);
      await lab.shows(LIST, ['hers']);
      lab.relay.up();
      await lab.page.run(() => {
        globalThis.demo.cache.setScope({ id: 'bob' });
        globalThis.lab.online(true);
      });
      assert.equal((await lab.outcome('hers')).code, 'scope-missing');
      await lab.shows(LIST, []);
      assert.deepEqual(await lab.list(), []);
      await edit(lab, ['his']);
      assert.equal((await lab.outcome('his')).code, undefined);
      assert.deepEqual(lab.order, ['/lab/his']);
      // The page says that its user is back.
      await lab.page.refresh();
      await until(() => lab.order.length > 1, 'hers is sent');
      await settled(lab);
      assert.deepEqual(lab.order, ['/lab/his', '/lab/hers']);
      assert.deepEqual(await lab.stored(), []);
    },
  );

  scenario('P6: one more than fits is refused, and nothing is lost', async (site) => {
    const lab = await listed(site, []);
    lab.relay.down();
    await lab.page.run(() => globalThis.lab.online(false));
    await edit(lab, ['kept']);
    await lab.shows(LIST, ['kept']);
    await lab.page.run(() => {
      for (let size = 1_000_000; size >= 1; ) {
        try {
          localStorage.setItem(`filler${localStorage.length}`, 'x'.repeat(size));
        } catch {
          size = Math.floor(size / 2);
        }
      }
    });
    await edit(lab, ['x'.repeat(20_000)]);
    const outcome = () => Object.values(globalThis.lab.outcomes);
    const [{ code }] = await until(async () => {
      const found = await lab.page.run(outcome);
      return found.length && found;
    }, 'it is refused');
    assert.equal(code, 'outbox-full');
    await lab.shows(LIST, ['kept']);
    await lab.page.run(() => {
      for (const name of Object.keys(localStorage).filter((name) => name.startsWith('filler'))) {
        localStorage.removeItem(name);
      }
    });
    lab.relay.up();
    await lab.page.refresh();
    const kept = await lab.write('/lab/kept');
    lab.data.set(LIST, ['kept']);
    kept.answer();
    await settled(lab);
  });

  scenario('P10: the outbox takes 200 edits and refuses the next', async (site) => {
    const lab = await listed(site, []);
    await lab.page.run(async () => {
      globalThis.lab.online(false);
      for (let number = 0; number <= 200; number += 1) {
        const request = { url: `/lab/${number}`, body: { number } };
        globalThis.lab.send(`${number}`, { request, durable: true, scope: { id: 'one' } });
      }
    });
    assert.equal((await lab.outcome('200')).code, 'outbox-full');
    assert.equal((await lab.stored()).length, 200);
    lab.auto = () => ({});
    await lab.page.run(() => globalThis.lab.online(true));
    await lab.rests();
    assert.deepEqual(
      lab.order,
      Array.from({ length: 200 }, (_, number) => `/lab/${number}`),
    );
  });

  scenario('P8: without somebody signed in nothing is durable', async (site) => {
    const lab = await listed(site, []);
    await lab.open([LIST], '');
    await lab.shows(LIST, []);
    await edit(lab, ['a']);
    assert.equal((await lab.outcome('a')).code, 'scope-missing');
    assert.deepEqual([await lab.views(LIST), lab.order, await lab.stored()], [[[]], [], []]);
  });

  scenario('P6: what cannot be stored is refused', async (site) => {
    const lab = await listed(site, [1]);
    const codes = await lab.page.run(
      async (key, parts) => {
        const codes = [];
        for (const part of parts) {
          const given = new Function('key', `return ${part}`)(key);
          const options = { request: { url: '/lab/a', body: {} }, ...given, durable: true };
          codes.push(await globalThis.lab.send('a', options).catch((error) => error.code));
        }
        return codes;
      },
      LIST,
      UNSTORABLE,
    );
    assert.deepEqual(codes, Array(UNSTORABLE.length).fill('not-storable'));
    assert.deepEqual([await lab.views(LIST), lab.order, await lab.stored()], [[[1]], [], []]);
  });

  scenario(
    'P7: without wasm a mutation is sent natively, in the order of its scope',
    async (site) => {
      const packaged = copyOf(site, built);
      rmSync(join(packaged, 'everfresh.wasm'));
      const lab = await listed(site, [1], { packaged });
      const scope = { id: 'one' };
      await edit(lab, ['a'], { scope });
      await change(lab, 'b', undefined, { scope });
      const a = await lab.write('/lab/a');
      assert.deepEqual(lab.order, ['/lab/a']);
      a.answer({ body: { id: 1 } });
      assert.deepEqual((await lab.outcome('a')).data, { id: 1 });
      (await lab.write('/lab/b')).answer(REFUSED);
      const { code, status } = await lab.outcome('b');
      assert.deepEqual([code, status], ['http-error', 422]);
      assert.deepEqual(await lab.views(LIST), [[1]]);
    },
  );

  scenario('P7: a trap leaves no mutation waiting, and sends none twice', async (site) => {
    const lab = await listed(site, [1], { head: TRAPPABLE });
    const scope = { id: 'one' };
    await change(lab, 'sent', undefined, { scope });
    await change(lab, 'waiting', undefined, { scope });
    const sent = await lab.write('/lab/sent');
    await lab.page.run(() => {
      globalThis.trapped = true;
    });
    await change(lab, 'new');
    (await lab.write('/lab/new')).answer({ body: { id: 3 } });
    assert.deepEqual((await lab.outcome('new')).data, { id: 3 });
    sent.answer({ body: { id: 1 } });
    assert.deepEqual((await lab.outcome('sent')).data, { id: 1 });
    (await lab.write('/lab/waiting')).answer({ body: { id: 2 } });
    assert.deepEqual((await lab.outcome('waiting')).data, { id: 2 });
    assert.deepEqual([...lab.order].sort(), ['/lab/new', '/lab/sent', '/lab/waiting']);
  });
});

/**
 * The page after an edit was refused, with another of its scope behind it.
 *
 * @param {import('./support/suite.mjs').Site} site
 * @returns {Promise<Lab>}
 */
async function dead(site) {
  const lab = await listed(site, []);
  await edit(lab, ['bad', 'next'], { scope: { id: 'one' } });
  (await lab.write('/lab/bad')).answer(REFUSED);
  const { code, status } = await lab.outcome('bad');
  assert.deepEqual([code, status], ['http-error', 422]);
  return lab;
}
