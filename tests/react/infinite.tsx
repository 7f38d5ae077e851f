// `useInfiniteQuery`.
import assert from 'node:assert/strict';
import { useInfiniteQuery } from 'everfresh/react';
import { act } from 'react';
import { answer, scenario, site } from './support/stage.js';

interface Page {
  items: string;
  next?: number;
}

let renders = 0;

function List({ of = 'list', size = 1 }: { of?: string; size?: number }) {
  renders += 1;
  const { pages, hasNextPage, fetchNextPage, isLoading, isFetchingNextPage, refetch } =
    useInfiniteQuery<Page>(
      (_index, previous) =>
        (previous ? previous.next && `/${of}?at=${previous.next}` : `/${of}`) || null,
      { initialSize: size },
    );
  return (
    <>
      {isLoading ? 'loading' : pages.map(({ items }) => items).join()}
      {isFetchingNextPage && '…'}
      {hasNextPage && (
        <button type="button" onClick={fetchNextPage}>
          +
        </button>
      )}
      <button type="button" className="refetch" onClick={refetch} />
    </>
  );
}

const FRESH = { options: { query: { staleTime: 60_000 } } };

scenario(
  'the key of a page may be in the page before, and each page is there once',
  async (stage) => {
    const more = () =>
      act(async () => stage.element.querySelector<HTMLElement>('button:not(.refetch)')?.click());
    await stage.render(<List />);
    assert.equal(stage.text, 'loading');
    await answer('GET /list', 200, { items: 'a', next: 1 });
    await stage.shows('a+');
    await more();
    assert.equal(stage.text, 'a…');
    await answer('GET /list?at=1', 200, { items: 'b', next: 2 });
    await stage.shows('a,b+');
    await more();
    await answer('GET /list?at=2', 200, { items: 'c' });
    await stage.shows('a,b,c');
    assert.equal(stage.element.querySelector('button:not(.refetch)'), null, 'there are no more');
  },
  FRESH,
);

scenario(
  'P1: a page that is invalidated is fetched alone, and those behind it follow its word',
  async (stage) => {
    await stage.render(<List size={2} />);
    await answer('GET /list', 200, { items: 'a', next: 1 });
    await answer('GET /list?at=1', 200, { items: 'b' });
    await stage.shows('a,b');
    const before = renders;
    await act(async () => stage.cache.invalidate('/list?at=1'));
    await answer('GET /list?at=1', 200, { items: 'B' });
    await stage.shows('a,B');
    assert.ok(renders - before < 12, `${renders - before} renders`);
    await act(async () => stage.cache.invalidate('/list?'));
    await answer('GET /list', 200, { items: 'A', next: 7 });
    await answer('GET /list?at=7', 200, { items: 'z' });
    await stage.shows('A,z');
    await act(async () => stage.cache.invalidate('/list?'));
    await answer('GET /list', 200, { items: 'E' });
    await stage.shows('E');
    await act(async () => stage.cache.invalidate('/list?at=7'));
    await stage.turn();
    assert.equal(site.waiting, 0, 'what is shown no more is watched no more');
  },
  FRESH,
);

scenario(
  'another first page is another list, from its beginning; refetch asks for all',
  async (stage) => {
    await stage.render(<List size={2} />);
    await answer('GET /list', 200, { items: 'a', next: 1 });
    await answer('GET /list?at=1', 200, { items: 'b' });
    await stage.shows('a,b');
    await stage.render(<List of="other" />);
    assert.equal(stage.text, 'loading');
    await answer('GET /other', 200, { items: 'x', next: 1 });
    await stage.shows('x+');
    await act(async () => stage.element.querySelector<HTMLElement>('.refetch')?.click());
    await answer('GET /other', 200, { items: 'X' });
    await stage.shows('X');
    await act(async () => stage.cache.invalidate('/list'));
    assert.equal(site.waiting, 0, 'what is shown no more is watched no more');
  },
  FRESH,
);
