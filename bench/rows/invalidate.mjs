import { GROUP, item, range } from '../page/items.mjs';
import { same } from '../page/rounds.mjs';
import { plain } from './read.mjs';

const SIZES = [100, 1_000, 10_000, 100_000];
const PEERS = ['everfresh', 'tanstack', 'swr', 'rtk', 'apollo'];

/** As many names are invalidated in turn: a page does not write a thousand different things in a second. */
const NAMES = 10;

export default [
  {
    id: 'invalidate-tag',
    title: 'invalidate a tag of 10 entries',
    needs: 'dropTag',
    peers: PEERS,
    sizes: SIZES,
    task: (store, size) => groups(store, size, (group) => store.dropTag(group)),
  },
  {
    id: 'invalidate-tag-memory',
    title: 'the same, where a page may not use storage or messages',
    needs: 'dropTag',
    peers: PEERS,
    sizes: SIZES,
    alone: true,
    task: (store, size) => groups(store, size, (group) => store.dropTag(group)),
  },
  {
    id: 'invalidate-pattern',
    title: 'invalidate a pattern that 10 entries match',
    needs: 'dropPattern',
    peers: PEERS,
    sizes: SIZES,
    task: (store, size) => groups(store, size, (group) => store.dropPattern(group)),
  },
  {
    id: 'invalidate-all',
    title: 'invalidate everything',
    needs: 'dropAll',
    peers: [...PEERS, 'map'],
    sizes: [100, 1_000, 10_000],
    limits: {
      rtk: [100, 'removes them one by one, each over all the others: seconds from 1,000 on'],
    },
    async task(store, size) {
      await store.fill(size);
      const all = range(size);
      return {
        async check() {
          await store.dropAll();
          for (const id of [0, size - 1]) {
            same(isGone(store, id), true, `what is invalid of ${id}`);
          }
          await store.refill(all);
          same(plain(store, size - 1), item(size - 1), 'what was put back');
        },
        most: 1,
        before: () => store.refill(all),
        run: () => store.dropAll(),
      };
    },
  },
];

async function groups(store, size, drop) {
  await store.fill(size);
  const count = Math.min(NAMES, size / GROUP);
  const members = (group) => range(GROUP).map((index) => group * GROUP + index);
  let at = 0;
  const next = () => {
    at = (at + 1) % count;
    return drop(at);
  };
  return {
    async check() {
      await next();
      for (const id of members(at)) {
        same(isGone(store, id), true, `what is invalid of ${id}`);
      }
      same(isGone(store, (members(at)[0] + GROUP) % (GROUP * count)), false, 'what was not named');
      await store.refill(members(at));
      same(plain(store, members(at)[0]), item(members(at)[0]), 'what was put back');
    },
    most: count,
    before: () => store.refill(range(GROUP * count)),
    async run(times) {
      for (let left = times; left > 0; left -= 1) {
        const made = next();
        if (made instanceof Promise) await made;
      }
    },
  };
}

function isGone(store, id) {
  return store.isStale ? store.isStale(id) : (store.read(id) ?? undefined) === undefined;
}
