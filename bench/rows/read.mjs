import { item, urlOf } from '../page/items.mjs';
import { same, turn } from '../page/rounds.mjs';

/** Every peer that keeps data by its key. */
const PEERS = ['everfresh', 'tanstack', 'swr', 'rtk', 'apollo', 'map'];
const SIZES = [100, 1_000, 10_000, 100_000];

/** How many keys are read again and again. */
const HOT = 8;

/** How many keys are read once in a turn. */
const SOME = 100;

/** One that is not among them: they are the first ones. */
const UNREAD = SOME;

/** A prime, so that a walk by it meets every key in an order that memory doesn't like. */
const STRIDE = 7_919;

export default [
  {
    id: 'read-hot',
    title: 'read by key, a few entries again and again',
    needs: 'read',
    peers: PEERS,
    sizes: SIZES,
    async task(store, size) {
      await store.fill(size);
      let at = 0;
      return {
        check: () => checkRead(store, size),
        run(count) {
          for (let left = count; left > 0; left -= 1) {
            at = (at + 1) % HOT;
            store.read(at);
          }
        },
      };
    },
  },
  once('read-turn', 'read by key, some entries, each for the first time in a turn', () => SOME),
  {
    ...once('read-changed', 'the same, when another entry was written before it', () => SOME, true),
    sizes: [1_000, 10_000],
  },
  once('read-cold', 'read by key, all entries, each for the first time in a turn', (size) => size),
  {
    id: 'read-miss',
    title: 'read by key, nothing there',
    needs: 'read',
    peers: PEERS,
    sizes: SIZES,
    async task(store, size) {
      await store.fill(size);
      let at = 0;
      return {
        check: () => same(store.miss(1), undefined, 'a key without data'),
        run(count) {
          for (let left = count; left > 0; left -= 1) {
            at = (at + 1) % HOT;
            store.miss(at);
          }
        },
      };
    },
  },
  {
    id: 'write',
    title: 'write by key',
    needs: 'write',
    peers: PEERS,
    sizes: SIZES,
    async task(store, size) {
      await store.fill(size);
      let at = 0;
      const next = () => {
        at = (at + STRIDE) % size;
        return store.write(at, { ...item(at), likes: at % 5 });
      };
      return {
        async check() {
          await next();
          same(plain(store, at), { ...item(at), likes: at % 5 }, 'what was written');
        },
        run: (count) => repeat(count, next),
      };
    },
  },
];

/** A row that reads each of so many entries once in a turn; before that, it may write one that it does not read. */
function once(id, title, most, changes = false) {
  return {
    id,
    title,
    needs: 'read',
    peers: PEERS,
    sizes: SIZES,
    async task(store, size) {
      await store.fill(size);
      let at = 0;
      return {
        check: () => checkRead(store, size),
        most: most(size),
        async before() {
          if (changes) await store.write(UNREAD, item(UNREAD));
          await turn();
        },
        run(count) {
          for (let left = count; left > 0; left -= 1) {
            at = (at + STRIDE) % most(size);
            store.read(at);
          }
        },
      };
    },
  };
}

function checkRead(store, size) {
  for (const id of [0, 1, size >> 1, size - 1]) {
    same(plain(store, id), item(id), `what is at ${urlOf(id)}`);
  }
}

/** What is read, without what a peer adds to it. */
export function plain(store, id) {
  const found = store.read(id);
  return found && store.plain ? store.plain(found) : found;
}

/** Does something so often, one after the other; waits only where there is something to wait for. */
export function repeat(count, work) {
  for (let left = count; left > 0; left -= 1) {
    const made = work();
    if (made instanceof Promise) {
      return made.then(() => repeat(left - 1, work));
    }
  }
  return undefined;
}
