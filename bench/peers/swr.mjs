import { createCacheHelper, initCache } from 'swr/_internal';
import { groupOf, item, range, urlOf } from '../page/items.mjs';

const KEPT = 'app-cache';

export default {
  lacks: { json: 'fetches for components of React alone' },
  async store() {
    return over(new Map());
  },
  stored: {
    lacks: { writer: 'is written when the page is left' },
    async seed(count) {
      const map = new Map();
      over(map).fill(count);
      localStorage.setItem(KEPT, JSON.stringify([...map]));
    },
    // As its documentation does it.
    async open() {
      const store = over(new Map(JSON.parse(localStorage.getItem(KEPT))));
      return async (id) => store.at(urlOf(id));
    },
  },
};

/** @param {Map<string, any>} map */
function over(map) {
  const [cache, mutate] = initCache(map);
  /** @type {string[]} */
  let keys = [];
  const set = (id, value) => mutate(keys[id], value, { revalidate: false });
  const drop = (is) => mutate(is, undefined, { revalidate: false });
  return {
    fill(count) {
      keys = range(count).map(urlOf);
      this.refill(range(count));
    },
    refill(ids) {
      for (const id of ids) {
        // As the hook does it, so that filters see the key.
        cache.set(keys[id], { _k: keys[id], data: item(id) });
      }
    },
    at: (key) => cache.get(key)?.data,
    read: (id) => cache.get(keys[id])?.data,
    miss: (id) => cache.get(`/none/${id}`)?.data,
    write: set,
    // It has no tags: each key is looked at.
    dropTag: (group) =>
      drop((key) => groupOf(Number(key.slice(key.lastIndexOf('/') + 1))) === group),
    dropPattern: (group) => drop((key) => key.startsWith(`/api/groups/${group}/`)),
    dropAll: () => drop(() => true),
    async optimistic(id, fields) {
      let refuse;
      const answer = new Promise((_, reject) => {
        refuse = reject;
      });
      const done = mutate(keys[id], answer, {
        optimisticData: (_committed, shown) => ({ ...shown, ...fields }),
        rollbackOnError: true,
        revalidate: false,
      }).catch(() => {});
      return {
        fail() {
          refuse(new Error('refused'));
          return done;
        },
      };
    },
    subscribe(id, listener) {
      const [, , subscribe] = createCacheHelper(cache, keys[id]);
      return subscribe(keys[id], ({ data }) => listener(data));
    },
    close: () => map.clear(),
  };
}
