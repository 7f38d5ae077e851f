// Durable mutations: whatever becomes of the tab, the network and the answer, each takes effect once.
import assert from 'node:assert/strict';
import { mortal, ways } from './support/kill.mjs';
import { Lab } from './support/lab.mjs';
import { edit, LIST, listed, settled } from './support/list.mjs';
import { suite } from './support/suite.mjs';
import { until } from './support/until.mjs';

/** @import { Point } from './support/relay.mjs' */
/** @import { Site } from './support/suite.mjs' */

const POST = '/community/api/posts/4';
const REPLY = `${POST}/replies`;
const TEXT = 'I read it in the lift, which was right.';

/** Where the reply is when its tab is killed. @type {[string, Point | 'lost'][]} */
const MOMENTS = [
  ['is sent and has not arrived', 'request'],
  ['is done and not answered', 'answer'],
  ['is answered, but for the body', 'body'],
  ['is done and its answer is lost', 'lost'],
];

const NO_LOCKS = '<script>delete Navigator.prototype.locks</script>';

suite((scenario, engine) => {
  for (const way of ways(engine)) {
    for (const [where, point] of MOMENTS) {
      scenario(`P6: a tab that is ${way} while its edit ${where}`, async (site) => {
        const { session, kill } = await mortal(site, way);
        const lab = await thread(site, { session });
        await during(site, lab, point, () => lab.page.run(reply, REPLY, POST, TEXT));
        await kill();
        await once(site, lab, point);
      });
    }
  }

  for (const point of /** @type {const} */ (['request', 'answer'])) {
    scenario(`P6: a fetch that a rule makes durable, killed at its ${point}`, async (site) => {
      const { session, kill } = await mortal(site);
      const rule = `{ match: '/community/api/*', methods: ['POST'], durable: true }`;
      const options = `rules: [${rule}, { match: '/community/api/*', staleTime: 30000, persist: true }]`;
      const lab = await thread(site, { session, options });
      await during(site, lab, point, () => lab.page.run(byFetch, REPLY, TEXT));
      await kill();
      await once(site, lab, point, true);
    });
  }

  scenario('P6: an answer that is lost after the write was done', async (site) => {
    const lab = await thread(site);
    await site.demo.set({ dropNextAnswers: 1 });
    await lab.page.run(reply, REPLY, POST, TEXT);
    const { data } = await lab.outcome('reply');
    assert.deepEqual(data.replies.map(text), [TEXT]);
    await done(site, lab);
  });

  for (const durable of [true, false]) {
    const what = durable ? 'an edit' : 'a mutation';
    scenario(
      `P4: ${what} is there after a reload between its answer and the new data`,
      async (site) => {
        const lab = await listed(site, ['base']);
        await lab.keeps(LIST);
        await edit(lab, ['one'], { durable });
        const write = await lab.write('/lab/one');
        lab.relay.hold(`GET ${LIST}`, 'request');
        lab.data.set(LIST, ['base', 'one']);
        write.answer();
        await lab.outcome('one');
        await lab.relay.reached(`GET ${LIST}`, 'request');
        await lab.page.refresh();
        await settled(lab);
        assert.deepEqual(await lab.views(LIST), [['base', 'one']]);
      },
    );
  }

  scenario('P6: three edits without a server, a reload, and the server again', async (site) => {
    const lab = await listed(site, ['base']);
    await offline(lab, {
      lose: async () => {
        lab.relay.down();
        await lab.page.run(() => globalThis.lab.online(false));
      },
      reload: () => lab.page.refresh(),
      find: async () => {
        lab.relay.up();
        await lab.page.run(() => globalThis.lab.online(true));
      },
    });
  });

  if (engine === 'chromium') {
    scenario('P6: three edits without a network, a reload, and the network again', async (site) => {
      const { driver, session } = site;
      const lab = await listed(site, ['base'], { kept: true });
      const emulate = (/** @type {boolean} */ offline) =>
        session.devtools('Network.emulateNetworkConditions', {
          offline,
          latency: 0,
          downloadThroughput: -1,
          uploadThroughput: -1,
        });
      site.atEnd(() => emulate(false));
      await session.devtools('Network.enable');
      await offline(lab, {
        lose: async () => {
          await emulate(true);
          // Between two pages the browser is online.
          lab.relay.down();
        },
        reload: async () => {
          await driver.get('about:blank');
          await lab.open([LIST]);
          assert.equal(await lab.page.run(() => navigator.onLine), false);
        },
        find: () => {
          lab.relay.up();
          return emulate(false);
        },
      });
    });
  }

  for (const [what, head] of [
    ['Web Locks', ''],
    ['a lease, without Web Locks', NO_LOCKS],
  ]) {
    scenario(`P6: one tab sends, by ${what}, and both show it`, async (site) => {
      const { lab, tabs } = await two(site, head);
      await edit(lab, ['theirs']);
      const theirs = await lab.write('/lab/theirs');
      await tabs[0].show();
      await lab.shows(LIST, ['theirs']);
      await edit(lab, ['ours']);
      await lab.shows(LIST, ['theirs', 'ours']);
      const ours = await lab.write('/lab/ours');
      lab.data.set(LIST, ['theirs', 'ours']);
      ours.answer({ body: { id: 7 } });
      assert.deepEqual(await lab.outcome('ours'), { data: { id: 7 } });
      theirs.answer({ body: { id: 8 } });
      const sent = [];
      for (const { show } of tabs) {
        await show();
        await settled(lab);
        for (const view of await lab.views(LIST)) {
          assert.equal(new Set(view).size, view.length, `none is doubled: ${view}`);
        }
        sent.push((await sends(lab)).sort().join());
      }
      assert.deepEqual(await lab.outcome('theirs'), { data: { id: 8 } });
      assert.deepEqual(sent.sort(), ['', '/lab/ours,/lab/theirs'], 'one has sent both');
      assert.equal(lab.order.length, 2);
      assert.deepEqual(await lab.stored(), []);
    });

    scenario(`P6: another tab takes over from one that was killed, by ${what}`, async (site) => {
      const { lab, tabs } = await two(site, head);
      await edit(lab, ['one', 'two'], { scope: { id: 'list' } });
      const lost = await lab.write('/lab/one');
      const [sender, other] = (await sends(lab)).length ? tabs.reverse() : tabs;
      await sender.show();
      assert.deepEqual(await sends(lab), ['/lab/one']);
      await site.driver.close();
      await other.show();
      await lab.shows(LIST, ['one', 'two']);
      const one = await lab.write('/lab/one');
      assert.equal(one.key, lost.key);
      lab.data.set(LIST, ['one']);
      one.answer();
      const next = await lab.write('/lab/two');
      lab.data.set(LIST, ['one', 'two']);
      next.answer();
      await settled(lab);
      assert.deepEqual(lab.order, ['/lab/one', '/lab/one', '/lab/two']);
      assert.deepEqual(await lab.views(LIST), [[], ['one'], ['one', 'two']]);
      assert.deepEqual(await lab.stored(), []);
    });
  }
});

/**
 * Makes three edits where nothing can be sent, and looks at what comes of them.
 *
 * @param {Lab} lab
 * @param {Record<'lose' | 'reload' | 'find', () => Promise<unknown>>} steps
 */
async function offline(lab, { lose, reload, find }) {
  await lab.keeps(LIST);
  lab.auto = ({ body }) => {
    lab.data.set(LIST, [.../** @type {unknown[]} */ (lab.data.get(LIST)), body.name]);
    return {};
  };
  const names = ['one', 'two', 'three'];
  const paths = names.map((name) => `/lab/${name}`);
  const all = ['base', ...names];
  await lose();
  await edit(lab, names, { scope: { id: 'list' } });
  await lab.shows(LIST, all);
  await reload();
  assert.deepEqual(await lab.shows(LIST, all), [all], 'all are there with the first look');
  const list = await lab.list();
  assert.deepEqual(
    list.map((/** @type {any} */ { url }) => new URL(url).pathname),
    paths,
  );
  assert.deepEqual(lab.order, []);
  await find();
  await settled(lab);
  assert.deepEqual(lab.data.get(LIST), all);
  assert.deepEqual(lab.order, paths);
  assert.deepEqual(await lab.views(LIST), [all]);
  assert.deepEqual(await lab.stored(), []);
}

/**
 * A page that shows a thread, which is stored.
 *
 * @param {Site} site
 * @param {import('./support/lab.mjs').LabOptions} [options]
 */
async function thread(site, options) {
  const lab = await (await Lab.start(site, options)).open([POST]);
  await until(async () => (await lab.views(POST)).length > 0, 'the thread is shown');
  await lab.keeps(POST);
  return lab;
}

/**
 * Two tabs that show the list; the second one is open.
 *
 * @param {Site} site
 * @param {string} head
 */
async function two(site, head) {
  const { driver } = site;
  const lab = await listed(site, [], { head });
  const one = await driver.getWindowHandle();
  await driver.switchTo().newWindow('tab');
  const other = await driver.getWindowHandle();
  await lab.open([LIST]);
  await lab.shows(LIST, []);
  const tabs = [one, other].map((handle) => ({ show: () => driver.switchTo().window(handle) }));
  return { lab, tabs };
}

/** The paths of what the open tab has sent. @param {Lab} lab @returns {Promise<string[]>} */
async function sends(lab) {
  const log = await lab.page.run(() => globalThis.lab.log);
  return log.flatMap((/** @type {string} */ line) => /^sent (.*)/.exec(line)?.[1] ?? []);
}

/**
 * Sends a reply, which comes to a point and no further.
 *
 * @param {Site} site
 * @param {Lab} lab
 * @param {Point | 'lost'} point
 * @param {() => Promise<void>} send
 */
async function during({ demo }, lab, point, send) {
  if (point === 'lost') {
    await demo.set({ dropNextAnswers: 1 });
  } else {
    lab.relay.hold(`POST ${REPLY}`, point);
  }
  await send();
  if (point === 'lost') {
    await until(async () => (await demo.version(POST)) === 2, 'it is done');
  } else {
    await lab.relay.reached(`POST ${REPLY}`, point);
  }
}

/**
 * Opens the page again: the reply is shown, then sent, and there once.
 *
 * @param {Site} site
 * @param {Lab} lab
 * @param {Point | 'lost'} point
 * @param {boolean} [plain] it has no layer
 */
async function once(site, lab, point, plain = false) {
  await lab.open([POST]);
  await until(async () => (await lab.views(POST)).at(-1)?.replies.length === 1, 'it is shown');
  await lab.rests();
  const log = await lab.page.run(() => globalThis.lab.log);
  const shown = log.findIndex((/** @type {string} */ line) => line.includes(TEXT));
  const sent = log.findIndex((/** @type {string} */ line) => line.startsWith('sent'));
  assert.ok(plain || (shown >= 0 && shown < sent), `shown, then sent: ${log.join('\n')}`);
  if (point !== 'lost') {
    // What the dead tab has sent arrives now, if it has not.
    lab.relay.release(`POST ${REPLY}`, point);
  }
  await done(site, lab);
}

/**
 * The reply is there once, in the database and in the view, and always was sent with the same key.
 *
 * @param {Site} site
 * @param {Lab} lab
 */
async function done({ demo }, lab) {
  const keys = lab.relay.writes(REPLY).map(({ headers }) => headers['idempotency-key']);
  assert.ok(keys.length > 1, 'it was sent again');
  assert.match(`${keys[0]}`, /^"[A-Za-z0-9-]+"$/);
  assert.equal(new Set(keys).size, 1, `the same key: ${keys}`);
  await until(async () => (await demo.version(POST)) === 2, 'it is done');
  assert.deepEqual((await demo.read(POST)).replies.map(text), [TEXT]);
  await until(async () => (await lab.views(POST)).at(-1).version === 2, 'the thread is new');
  const views = await lab.views(POST);
  const counts = views.map(({ replies }) => replies.length);
  assert.ok(
    counts.every((count) => count <= 1),
    `never twice: ${counts}`,
  );
  const since = counts.slice(counts.indexOf(1));
  assert.ok(
    since.every((count) => count === 1),
    `never gone: ${counts}`,
  );
  assert.deepEqual(await lab.stored(), []);
}

/** @param {string} url @param {string} key @param {string} text */
function reply(url, key, text) {
  const item = { author: 'Ada', text };
  globalThis.lab.send('reply', {
    request: { url, body: item },
    optimistic: {
      key,
      update: globalThis.lab.everfresh.createOptimisticAppend(item, { path: 'replies' }),
    },
    durable: true,
  });
}

/** @param {string} url @param {string} text */
function byFetch(url, text) {
  const headers = { 'content-type': 'application/json' };
  fetch(url, { method: 'POST', headers, body: JSON.stringify({ author: 'Ada', text }) });
}

/** @param {{ text: string }} reply */
function text({ text }) {
  return text;
}
