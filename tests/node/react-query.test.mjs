// TanStack Query's hooks with a cache beneath them, in React's strict mode.
import assert from 'node:assert/strict';
import { createElement, StrictMode, Suspense } from 'react';
import { answer, PATH, read, site, turn, write } from './support/adapter.mjs';
import { Page } from './support/react.mjs';
import { KEY, scenario } from './support/tanstack-query.mjs';

const { QueryClientProvider, useQuery, useSuspenseQuery } = await import('@tanstack/react-query');

const options = { queryKey: KEY, queryFn: () => read(PATH) };

function Show() {
  const { data, isFetching } = useQuery(options);
  return `${data ?? ''}${isFetching ? '…' : ''}`;
}

function Wait() {
  return useSuspenseQuery(options).data;
}

/** @param {any} client */
const pageOf = (client) =>
  new Page((...nodes) =>
    createElement(StrictMode, null, createElement(QueryClientProvider, { client }, ...nodes)),
  );

scenario('P1: a component shows what a write has touched anew, by one request', async (client) => {
  const page = pageOf(client);
  page.render(createElement(Show, { key: 1 }), createElement(Show, { key: 2 }));
  await answer(PATH, 'a');
  await page.shows('aa');
  await write('"/users/7"');
  await page.shows('a…a…');
  await answer(PATH, 'b');
  await page.shows('bb');
  page.leave();
});

scenario('P2: one that waits is given nothing that a write has met', async (client) => {
  const page = pageOf(client);
  page.render(createElement(Suspense, { fallback: 'waiting' }, createElement(Wait)));
  await page.shows('waiting');
  const reading = await site.next(`GET ${PATH}`);
  await write('"/users/7"');
  reading.answer(200, 'old');
  await answer(PATH, 'new');
  await page.shows('new');
  page.leave();
});

scenario('what was kept is there at the first render', async (client) => {
  const page = pageOf(client);
  page.render(createElement(Show));
  await answer(PATH, 'a');
  await page.shows('a');
  page.render();
  await page.shows('');
  page.render(createElement(Show));
  await page.shows('a');
  await turn();
  assert.equal(site.waiting, 0);
  page.leave();
});
