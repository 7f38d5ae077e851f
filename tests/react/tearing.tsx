// Concurrent rendering: what is on the page at one time is of one time.
import assert from 'node:assert/strict';
import { useQuery } from 'everfresh/react';
import { startTransition, useLayoutEffect, useState } from 'react';
import { scenario } from './support/stage.js';

const MANY = Array.from({ length: 40 }, (_, index) => `${index}`);

/** Takes a while, so that React gives the page its turn between two of them. */
function Slow() {
  const { data } = useQuery<number>('/n', { enabled: false });
  const end = performance.now() + 2;
  while (performance.now() < end);
  return <b>{data}</b>;
}

scenario(
  'P1: no two components show data of different times, however React renders',
  async (stage) => {
    const pages: string[][] = [];
    let show: (isShown: boolean) => void = () => {};
    function All() {
      const [isShown, setShown] = useState(false);
      show = setShown;
      useLayoutEffect(() => {
        pages.push(Array.from(stage.element.querySelectorAll('b'), (b) => b.textContent ?? ''));
      });
      return isShown ? MANY.map((name) => <Slow key={name} />) : null;
    }
    stage.cache.setQueryData('/n', 0, { staleTime: 60_000 });
    await stage.render(<All />);
    // From here on React renders in slices, as it does on a page.
    const environment = globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean };
    environment.IS_REACT_ACT_ENVIRONMENT = false;
    try {
      startTransition(() => show(true));
      let changes = 0;
      while (stage.element.querySelectorAll('b').length < MANY.length) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        changes += 1;
        stage.cache.setQueryData('/n', changes, { staleTime: 60_000 });
      }
      assert.ok(changes > 2, `the data has changed ${changes} times while it was rendered`);
      for (let last = 0; last < 3; last += 1) {
        stage.cache.setQueryData('/n', changes + last, { staleTime: 60_000 });
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    } finally {
      environment.IS_REACT_ACT_ENVIRONMENT = true;
    }
    const torn = pages.filter((page) => new Set(page).size > 1);
    assert.deepEqual(torn, []);
    const last = Array.from(stage.element.querySelectorAll('b'), (b) => b.textContent);
    assert.equal(new Set(last).size, 1);
  },
);
