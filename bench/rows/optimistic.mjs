import { item } from '../page/items.mjs';
import { same } from '../page/rounds.mjs';
import { plain } from './read.mjs';

const PEERS = ['everfresh', 'tanstack', 'swr', 'rtk', 'apollo'];
const SIZES = [100, 1_000, 10_000];
const OVERLAPPING = 100;

/** How many changes are pending at most, of a key each. */
const PENDING = 10;

export default [
  {
    id: 'optimistic',
    title: 'a change shown, and taken back when its write fails',
    needs: 'optimistic',
    peers: PEERS,
    sizes: SIZES,
    async task(store, size) {
      await store.fill(size);
      let at = 0;
      return {
        check: () => checkOne(store),
        async run(count) {
          for (let left = count; left > 0; left -= 1) {
            at = (at + 1) % size;
            const change = await store.optimistic(at, { title: `Changed ${left}` });
            await change.fail();
          }
        },
      };
    },
  },
  {
    id: 'optimistic-apply',
    title: 'of that, until it is shown',
    needs: 'optimistic',
    peers: PEERS,
    sizes: SIZES,
    async task(store, size) {
      await store.fill(size);
      let pending = [];
      const clear = async () => {
        for (const change of pending) await change.fail();
        pending = [];
      };
      return {
        check: () => checkOne(store),
        most: PENDING,
        before: clear,
        async run(count) {
          for (let id = 0; id < count; id += 1) {
            pending.push(await store.optimistic(id, { title: 'Changed' }));
          }
        },
        end: clear,
      };
    },
  },
  {
    id: 'optimistic-roll-back',
    title: 'of that, until it is taken back',
    needs: 'optimistic',
    peers: PEERS,
    sizes: SIZES,
    async task(store, size) {
      await store.fill(size);
      let pending = [];
      return {
        check: () => checkOne(store),
        most: PENDING,
        async before(count) {
          pending = [];
          for (let id = 0; id < count; id += 1) {
            pending.push(await store.optimistic(id, { title: 'Changed' }));
          }
        },
        async run() {
          for (const change of pending) await change.fail();
        },
      };
    },
  },
  {
    id: 'optimistic-100',
    title: '100 changes of one key shown, and taken back, the last one first',
    needs: 'optimistic',
    peers: PEERS,
    sizes: [10_000],
    async task(store, size) {
      await store.fill(size);
      // The last one first: a snapshot put back in another order undoes what others have changed.
      const run = async () => {
        const changes = [];
        for (let likes = 1; likes <= OVERLAPPING; likes += 1) {
          changes.push(await store.optimistic(1, { likes }));
        }
        const shown = plain(store, 1);
        for (const change of changes.reverse()) {
          await change.fail();
        }
        return shown;
      };
      return {
        async check() {
          same((await run()).likes, OVERLAPPING, 'what is shown');
          same(plain(store, 1), item(1), 'what is taken back');
        },
        async run(count) {
          for (let left = count; left > 0; left -= 1) await run();
        },
      };
    },
  },
];

async function checkOne(store) {
  const change = await store.optimistic(3, { title: 'Changed' });
  same(plain(store, 3), { ...item(3), title: 'Changed' }, 'what is shown');
  await change.fail();
  same(plain(store, 3), item(3), 'what is taken back');
}
