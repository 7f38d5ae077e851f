// SWR with a cache beneath it: what is its own stays as it was.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createElement, Suspense } from 'react';
import { answer, everfresh, PATH, site, turn, write } from './support/adapter.mjs';
import { adapter, scenario, show, swr, useSWRMutation } from './support/swr.mjs';

scenario('what is of SWR stays as it was', async (page) => {
  // Data that is given, keys that are not there yet, and those that depend on others.
  const fallback = { with: { fallbackData: 'given' } };
  page.render(
    show('/a', fallback),
    show(null),
    show(() => nothing().id),
    show('/b'),
  );
  await page.shows('given;;;?…;');
  await answer('/b', 'b');
  await page.shows('given;;;b;');
});

scenario('errors are those of the fetcher', async (page) => {
  const error = new Error('no');
  let times = 0;
  /** @type {unknown} */ let shown;
  const fetcher = async () => {
    times++;
    throw error;
  };
  const result = (/** @type {any} */ hook) => (shown = hook.error);
  page.render(show('/a', { with: { fetcher }, result }));
  await page.shows('!;');
  assert.deepEqual([shown, times], [error, 1]);
});

scenario("P1: the application's own revalidation reaches the server", async (page) => {
  /** @type {any} */ let hook;
  page.render(show(PATH, { result: (/** @type {any} */ result) => (hook = result) }));
  await answer(PATH, 'a');
  await page.shows('a;');
  hook.mutate();
  const first = await site.next(`GET ${PATH}`);
  hook.mutate();
  await answer(PATH, 'c');
  await page.shows('c;');
  first.answer(200, 'b');
  await turn();
  assert.equal(page.text, 'c;');
});

scenario('mutations are sent, shown ahead, and taken back', async (page) => {
  /** @type {any} */ let mutation;
  const Write = () => {
    const send = (/** @type {string} */ path, /** @type {{ arg: string }} */ { arg }) =>
      fetch(site.url(path), { method: 'PUT', body: arg }).then((response) => {
        if (!response.ok) throw new Error('refused');
        return arg;
      });
    mutation = useSWRMutation(PATH, send, {
      optimisticData: (/** @type {any} */ data) => `${data}+`,
    });
    return '';
  };
  page.render(show(PATH), createElement(Write, { key: 'write' }));
  await answer(PATH, 'a');
  await page.shows('a;');
  const refused = mutation.trigger('b').catch(() => 'refused');
  await page.shows('a+;');
  (await site.next(`PUT ${PATH}`)).answer(409, {});
  assert.equal(await refused, 'refused');
  await answer(PATH, 'a');
  await page.shows('a;');
});

scenario('a provider in between is left alone', async (page, cache) => {
  const provider = () => new Map();
  const inner = createElement(swr.SWRConfig, { key: 'inner', value: { provider } }, show(PATH));
  page.render(inner);
  await answer(PATH, 'a');
  await page.shows('a;');
  assert.equal(cache.peek(['swr', PATH]), undefined);
  await write('"/users/7"');
  await turn();
  assert.equal(page.text, 'a;');
});

scenario('suspense waits for the data', async (page) => {
  const waiting = createElement(
    Suspense,
    { fallback: 'waiting', key: 'suspense' },
    show(PATH, { with: { suspense: true } }),
  );
  page.render(waiting);
  await page.shows('waiting');
  await answer(PATH, 'a');
  await page.shows('a;');
});

test('P7: without a cache, SWR is left alone', () => {
  const failure = new everfresh.EverfreshError('no-page', 'there is none');
  assert.deepEqual(adapter.swrConfig({ cache: /** @type {any} */ ({ failure }) }), {});
});

/** Throws, as keys may that depend on others. @returns {any} */
function nothing() {
  return undefined;
}
