// The panels of the overlay, against a scripted scenario.
import assert from 'node:assert/strict';
import { Lab } from './support/lab.mjs';
import { Overlay } from './support/overlay.mjs';
import { suite } from './support/suite.mjs';
import { until } from './support/until.mjs';

const ONE = '/lab/data/one';
const TWO = '/lab/data/two';

suite((scenario) => {
  scenario('its totals are those of the scenario', async (site) => {
    const lab = await scripted(site);
    await readAgain(lab);
    await lab.page.readAll([TWO]);
    await until(async () => (await entries(lab)).length === 2, 'both are there');
    await lab.page.run(() => globalThis.demo.cache.invalidateKey('/lab/data/two'));
    const overlay = await new Overlay(lab.page).open();
    await overlay.says('memory-hits', '1');
    await overlay.says('misses', '2');
    await overlay.says('hit-rate', '33 %');
    await overlay.says('invalidations', '1');
    await overlay.says('invalidated', '1');
    await overlay.says('entry-total', '1');
    await lab.page.readAll([TWO]);
    await overlay.says('misses', '3');
    await overlay.says('entry-total', '2');
  });

  scenario('its health is looked at, and an alert is seen', async (site) => {
    const lab = await scripted(site);
    const overlay = await new Overlay(lab.page).open('health');
    await overlay.says('health-status', 'Nobody looks at it.');
    await overlay.click('health-watch');
    await overlay.says('health-status', 'ok');
    await overlay.press('d');
    await until(async () => !(await overlay.isOpen()), 'it is closed');
    const status = () => lab.page.run(() => globalThis.demo.cache.health().status);
    assert.equal(await status(), 'unknown', 'it is watched no more');

    await lab.page.run(() => {
      const hitRate = { warning: 0.9 };
      globalThis.demo.cache.startMonitoring({ interval: 50, minRequests: 2, hitRate });
    });
    await lab.page.readAll([ONE, TWO]);
    await overlay.open('health');
    await overlay.says('health-status', 'warning');
    await overlay.says('health-hit-rate', '0 %');
    await overlay.says('alert', /^Few reads are answered from the cache ?warning ?0 % ?90 %/);
    await overlay.click('alert-acknowledge');
    await overlay.says('alert-acknowledge', 'Seen');
    await overlay.press('d');
    await until(async () => !(await overlay.isOpen()), 'it is closed');
    assert.equal(await status(), 'warning', 'who else watches goes on');
  });

  scenario(
    'an entry is found, looked at, edited, marked stale, refetched and evicted',
    async (site) => {
      const lab = await scripted(site);
      await lab.page.readAll([ONE, TWO]);
      const overlay = await new Overlay(lab.page).open('entries');
      await overlay.says('entries-count', '2 entries');
      await overlay.fill('entries-search', 'two');
      await overlay.says('entries-count', '1 of 2 entries');
      assert.deepEqual(await overlay.marks(), ['two']);
      await overlay.click('entries-row');
      await overlay.says('entry-url', TWO);
      await overlay.says('body', '{ "n": 2 }');
      await overlay.says('fact-fresh', /^for \d+ s$/);
      await overlay.click('entry-ask');
      await overlay.says('layers-differ', /^The bodies are the same/);

      await overlay.click('entry-edit');
      await overlay.fill('entry-draft', '{"n": 20}');
      await overlay.click('entry-save');
      await overlay.says('body', '{ "n": 20 }');
      assert.deepEqual(await lab.page.run(() => globalThis.demo.cache.peek('/lab/data/two').data), {
        n: 20,
      });

      await overlay.click('entry-refetch');
      await overlay.says('body', '{ "n": 2 }');
      await overlay.click('entry-stale');
      await overlay.says('fact-fresh', /^marked stale/);
      assert.deepEqual(await overlay.texts('why-step').then(words), ['invalidate 1 entry']);

      await overlay.click('entry-evict');
      await overlay.says('entry-gone', /not in the cache/);
      const left = await lab.page.run(() => globalThis.demo.cache.entries().map(({ url }) => url));
      assert.deepEqual(left, [lab.page.origin + ONE]);
    },
  );

  scenario(
    'it is told why an entry was fetched again: a write, and what that invalidated',
    async (site) => {
      const lab = await scripted(site, [ONE]);
      await until(async () => (await entries(lab)).length === 1, 'it is there');
      lab.auto = () => ({ headers: { 'x-cache-invalidate': `"${ONE}"` }, body: '{}' });
      lab.data.set(ONE, { n: 10 });
      await lab.page.write('PATCH', ONE, { n: 10 });
      const overlay = await new Overlay(lab.page).open('entries');
      await overlay.click('entries-row');
      await overlay.says('body', '{ "n": 10 }');
      const steps = await overlay.texts('why-step');
      assert.deepEqual(words(steps), ['store', 'request', 'invalidate 1 entry', 'PATCH 200']);
      assert.match(steps[1], /it is watched, and was invalidated/);
      assert.match(steps[2], /a response header named it/);
    },
  );

  scenario(
    'what an invalidation would do is shown, and then done; layers are emptied',
    async (site) => {
      const lab = await scripted(site);
      await lab.page.readAll([ONE, TWO, '/lab/data/three']);
      const overlay = await new Overlay(lab.page).open('invalidate');
      await overlay.fill('targets', `"/lab/data/t*"`);
      await overlay.says('dry-count', '2');
      await overlay.says('dry-dropped', '2');
      await overlay.says('dry-memory', '2');
      assert.equal((await entries(lab)).length, 3, 'nothing is done before');
      await overlay.click('invalidate');
      await overlay.says('dry-count', '0');
      assert.deepEqual(await entries(lab), [lab.page.origin + ONE]);
      await overlay.click('clear-all');
      await overlay.says('done', /^Everything/);
      assert.deepEqual(await entries(lab), []);
    },
  );

  scenario('the log is stopped, filtered, exported, and read again', async (site) => {
    const lab = await scripted(site);
    await readAgain(lab);
    const overlay = await new Overlay(lab.page).open('log');
    await overlay.select('log-type', 'hit');
    await overlay.says('log-count', '1 step');
    await overlay.select('log-type', '');
    await overlay.click('log-pause');
    const count = Number.parseInt((await overlay.text('log-count')) ?? '', 10);
    await lab.page.readAll([ONE]);
    await overlay.says('log-count', `${count} steps`);
    await lab.page.run(() => {
      const make = URL.createObjectURL;
      URL.createObjectURL = (blob) => {
        globalThis.saved = new Response(/** @type {Blob} */ (blob)).text();
        return make.call(URL, blob);
      };
    });
    await overlay.click('log-export');
    const text = await lab.page.run(() => globalThis.saved);
    const { everfresh, steps } = JSON.parse(text);
    assert.equal(everfresh, 'log');
    assert.equal(steps.length, count);
    assert.deepEqual(
      steps.map(({ type }) => type).filter((type) => type !== 'persist'),
      ['miss', 'request', 'store', 'hit'],
    );
    assert.equal(steps[2].because, steps[1].number);
    await overlay.click('log-pause');
    await overlay.upload('log-import', 'log.json', text);
    await overlay.says('log-pause', 'Back to this page');
    await overlay.says('log-count', `${count} steps`);
    await overlay.upload('log-import', 'other.json', '{"everfresh":"other"}');
    await overlay.says('log-problem', /other\.json is no log/);
  });

  scenario('a mutation that waits is shown with its layer, and given up', async (site) => {
    const lab = await scripted(site, [ONE]);
    await lab.page.run(() => {
      globalThis.lab.send('edit', {
        request: { url: '/lab/save', method: 'POST', body: {} },
        optimistic: { key: '/lab/data/one', update: () => ({ n: 99 }) },
      });
    });
    const overlay = await new Overlay(lab.page).open('mutations');
    await overlay.says('mutation', /^POST \/lab\/save/);
    await overlay.says('mutation-status', 'sending');
    await overlay.says('layer', `${ONE} 1 over it`);
    await overlay.click('mutation-discard');
    await until(async () => (await overlay.texts('mutation')).length === 0, 'it is given up');
  });

  scenario('a worse network is simulated for as long as it is open', async (site) => {
    const lab = await scripted(site);
    const overlay = await new Overlay(lab.page).open('simulate');
    await overlay.click('simulate-offline');
    const failed = () => lab.page.run(() => fetch('/lab/data/one').catch(({ name }) => name));
    assert.equal(await failed(), 'TypeError');
    await overlay.click('simulate-offline');
    await overlay.select('simulate-failure', '503');
    lab.auto = () => ({ body: '{}' });
    assert.equal((await lab.page.write('POST', '/lab/save', {})).status, 503);
    assert.equal((await lab.page.read(ONE)).status, 200);
    await overlay.click('close');
    assert.equal((await lab.page.write('POST', '/lab/save', {})).status, 200);
  });

  scenario('the tabs that are there are told, and which one this is', async (site) => {
    const lab = await scripted(site);
    const overlay = await new Overlay(lab.page).open('tabs');
    await overlay.says('state-push', 'no push');
    await overlay.says('state-signed-in', 'ada');
    await until(async () => (await overlay.texts('tab')).length === 1, 'one tab');
    assert.match((await overlay.texts('tab'))[0], /this tab/);
  });

  scenario('P7: what a key, a header or a body says is text, whatever it says', async (site) => {
    const lab = await scripted(site);
    const hostile = '<img src=x onerror="globalThis.hit=1">';
    lab.data.set('/lab/data/evil', { text: hostile });
    await lab.page.run((hostile) => {
      globalThis.demo.cache.setQueryData(['evil', hostile], { text: hostile }, { tags: [hostile] });
    }, hostile);
    await lab.page.readAll(['/lab/data/evil']);
    const overlay = await new Overlay(lab.page).open('entries');
    await overlay.fill('entries-search', 'onerror');
    await overlay.click('entries-row');
    await overlay.says('body', /onerror/);
    await overlay.click('tab-log');
    await overlay.fill('log-search', 'onerror');
    assert.equal(await overlay.images(), 0);
    assert.equal(await lab.page.run(() => globalThis.hit), undefined);
  });
});

/** @param {import('./support/suite.mjs').Site} site @param {string[]} [watched] */
async function scripted(site, watched = []) {
  const lab = await Lab.start(site);
  for (const [at, name] of ['one', 'two', 'three'].entries()) {
    lab.data.set(`/lab/data/${name}`, { n: at + 1 });
  }
  await lab.open(watched);
  return lab;
}

/** Reads from the network, and then from memory. @param {Lab} lab */
async function readAgain(lab) {
  await lab.page.readAll([ONE]);
  await until(async () => (await entries(lab)).length === 1, 'it is there');
  await lab.page.readAll([ONE]);
}

/** @param {Lab} lab @returns {Promise<string[]>} */
function entries(lab) {
  return lab.page.run(() => globalThis.demo.cache.entries().map(({ url }) => url));
}

/** What each step of a chain is. @param {string[]} steps */
function words(steps) {
  return steps.map((step) => /^(?:\S+ \d+(?: entry| entries)?|\S+)/.exec(step)?.[0]);
}
