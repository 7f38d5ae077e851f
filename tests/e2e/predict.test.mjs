// Prediction: the cache learns where somebody goes, and has what comes next.
import assert from 'node:assert/strict';
import { Lab } from './support/lab.mjs';
import { suite } from './support/suite.mjs';

const B = '/lab/data/b';

suite((scenario) => {
  scenario(
    'P9: the way that somebody goes is learnt, and what comes next is there',
    async (site) => {
      const lab = await Lab.start(site, {});
      for (const name of ['a', 'b', 'x']) {
        lab.data.set(`/lab/data/${name}`, { name });
      }
      await lab.open();
      await lab.page.run(async (data) => {
        const { SmartPrefetcher } = await import(/** @type {string} */ ('everfresh'));
        globalThis.smart = new SmartPrefetcher(globalThis.demo.cache, {
          urls: (page) => [page.replace('/pages/', data)],
        });
      }, '/lab/data/');
      const go = (page) => lab.page.run((url) => globalThis.smart.navigate(url), `/pages/${page}`);
      assert.deepEqual(await lab.page.run(() => globalThis.smart.predict()), []);
      for (const page of ['a', 'b', 'a', 'b', 'a', 'b', 'x']) {
        await go(page);
      }
      const [{ url, status }] = await go('a');
      assert.deepEqual([new URL(url).pathname, status], [B, 'cached'], 'it was prefetched before');
      const [next] = await lab.page.run(() => globalThis.smart.predict(1));
      assert.equal(new URL(next.url).pathname, '/pages/b');
      assert.ok(next.probability > 0.5 && next.probability < 1, `${next.probability}`);
      const explained = await lab.page.run(() => globalThis.smart.explain('/pages/b'));
      assert.equal(explained.verdict, 'prefetch');
      assert.equal(explained.threshold, 0.15);
      assert.ok(explained.evidence.length > 0);
      await lab.page.run((url) => fetch(url).then((response) => response.text()), B);
      assert.equal(lab.reads(B), 1);
      const stats = await lab.page.run(() => globalThis.demo.cache.prefetchStats());
      assert.equal(stats.predicted.used, 1);
      // It is there after a reload, for the same user.
      await lab.open();
      await lab.page.run(() => globalThis.demo.cache.navigate('/pages/a'));
      const [again] = await lab.page.run(() => globalThis.demo.cache.predict(1));
      assert.equal(new URL(again.url).pathname, '/pages/b');
      await lab.page.run(() => globalThis.demo.cache.setScope({ id: 'you' }));
      assert.deepEqual(await lab.page.run(() => globalThis.demo.cache.predict(1)), []);
    },
  );
});
