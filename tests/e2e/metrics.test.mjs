// What is measured over documents: each thing once, whoever did it, and nothing of anybody's data.
import assert from 'node:assert/strict';
import { Lab } from './support/lab.mjs';
import { suite } from './support/suite.mjs';
import { until } from './support/until.mjs';

const PATH = '/lab/data/a';
const ITEMS = /^everfresh:m:/;

suite((scenario) => {
  scenario('what documents that are gone have counted counts once', async (site) => {
    const lab = await measured(site);
    const visits = 15;
    for (let visit = 0; visit < visits; visit += 1) {
      await (visit ? lab.page.refresh() : lab.open());
      await lab.page.run(async (path) => {
        await globalThis.demo.ready;
        await (await fetch(path)).text();
      }, PATH);
    }
    const names = () => items(lab);
    await until(async () => (await names()).includes('everfresh:m:'), 'they are merged');
    assert.ok((await names()).length < visits);
    const { hits, misses, stores } = await total(lab);
    assert.deepEqual({ hits, misses, stores }, { hits: visits - 1, misses: 1, stores: 1 });
  });

  scenario(
    'P8: neither URLs nor ids are kept, and who signs out keeps the counts',
    async (site) => {
      const lab = await measured(site);
      const { answer } = lab.relay;
      lab.relay.answer = async (asked) => {
        const given = await answer?.(asked);
        const headers = { 'x-cache-tags': '"story:secret-7", stories' };
        return asked.path === PATH ? { ...given, headers } : given;
      };
      await lab.open();
      await lab.page.run(async (path) => {
        const demo = globalThis.demo;
        await demo.ready;
        await demo.cache.query(path);
        await demo.cache.query(path);
        demo.cache.setScope(null);
        dispatchEvent(new Event('pagehide'));
      }, PATH);
      const texts = await lab.page.run(() =>
        Object.entries(localStorage).filter(([name]) => name.startsWith('everfresh:m:')),
      );
      const text = JSON.stringify(texts);
      assert.match(text, /t(story|stories)/);
      for (const secret of ['secret', 'data/a', 'ada']) {
        assert.ok(!text.includes(secret), `${secret} in ${text}`);
      }
      assert.equal((await total(lab)).hits, 1);
    },
  );

  scenario(
    'what was measured is sent when the page is left, where that is wanted',
    async (site) => {
      const lab = await measured(site, "metrics: { beacon: '/lab/beacon' }");
      await lab.open();
      await lab.page.run(async (path) => {
        await globalThis.demo.ready;
        await (await fetch(path)).text();
      }, PATH);
      await lab.page.refresh();
      const { body } = await lab.write('/lab/beacon');
      assert.equal(body.version, 1);
      assert.match(body.item, /^everfresh:m:\w+\.0$/);
      assert.match(body.text, /^1\n(.*\n)*r\/lab\/data\/\*\n/);
    },
  );

  scenario(
    'a server takes what was measured, apart from what it has measured itself',
    async (site) => {
      const lab = await measured(site, "metrics: { beacon: '/_everfresh/beacon' }");
      const report = (/** @type {string} */ source) =>
        site.demo.read(`/_everfresh/metrics?groupBy=layer&source=${source}`);
      const own = (await report('server')).total;
      for (const visits of [1, 2]) {
        await (visits === 1 ? lab.open() : lab.page.refresh());
        await lab.page.run(async (path) => {
          await globalThis.demo.ready;
          await globalThis.demo.cache.query(path);
          await globalThis.demo.cache.query(path);
        }, PATH);
        await lab.page.refresh();
        const { hits } = await total(lab);
        await until(async () => (await report('browsers')).total.hits === hits, 'it has come');
      }
      const { groups } = await report('browsers');
      const names = groups.map((/** @type {{ name: string }} */ { name }) => name);
      assert.ok(names.includes('memory') && names.includes('network'), `${names}`);
      assert.deepEqual((await report('server')).total, own);
    },
  );

  scenario('`metrics: false` leaves nothing', async (site) => {
    const lab = await measured(site, 'metrics: false');
    await lab.open();
    await lab.page.run(async (path) => {
      await globalThis.demo.ready;
      await (await fetch(path)).text();
      dispatchEvent(new Event('pagehide'));
    }, PATH);
    assert.deepEqual(await items(lab), []);
    assert.equal((await total(lab)).misses, 0);
  });
});

/** @param {import('./support/suite.mjs').Site} site @param {string} [options] */
async function measured(site, options) {
  const lab = await Lab.start(site, { options });
  lab.data.set(PATH, { a: 1 });
  return lab;
}

/** @param {Lab} lab @returns {Promise<any>} */
async function total(lab) {
  const report = await lab.page.run(() => globalThis.demo.cache.report());
  return report.total;
}

/** @param {Lab} lab @returns {Promise<string[]>} */
async function items(lab) {
  const names = await lab.page.run(() => Object.keys(localStorage));
  return names.filter((/** @type {string} */ name) => ITEMS.test(name));
}
