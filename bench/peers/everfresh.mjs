import { createCache } from 'everfresh';
import { groupOf, HOUR, item, range, urlOf } from '../page/items.mjs';

/** Room for all that the rows have. */
const ROOM = { maxEntries: 200_000, maxBytes: 1_000_000_000, maxStorage: 10_000_000 };

const RULES = [{ match: '/data/*', staleTime: HOUR }];
const STORED = [{ match: '/api/*', staleTime: HOUR, persist: true }];

/** A store whose cache has these options, too. @param {object} more */
export const storeWith = (more) => async () => {
  const cache = await createCache({ ...ROOM, rules: RULES, persist: false, ...more });
  /** @type {string[]} */
  let keys = [];
  const set = (id, value) =>
    cache.setQueryData(keys[id], value, { staleTime: HOUR, tags: [`group:${groupOf(id)}`] });
  return {
    fill(count) {
      keys = range(count).map(urlOf);
      this.refill(range(count));
    },
    refill(ids) {
      for (const id of ids) set(id, item(id));
    },
    read: (id) => cache.peek(keys[id])?.data,
    miss: (id) => cache.peek(`/none/${id}`),
    write: set,
    dropTag: (group) => cache.invalidateTags(`group:${group}`),
    dropPattern: (group) => cache.invalidate(`/api/groups/${group}/*`),
    dropAll: () => cache.invalidate('*'),
    async optimistic(id, fields) {
      let refuse;
      const answer = new Promise((_, reject) => {
        refuse = reject;
      });
      const update = { op: 'merge', fields };
      const done = cache
        .mutate({ mutationFn: () => answer, optimistic: { key: keys[id], update } })
        .catch(() => {});
      return {
        fail() {
          refuse(new Error('refused'));
          return done;
        },
      };
    },
    subscribe(id, listener) {
      const { unsubscribe, state } = cache.subscribe(keys[id], ({ data }) => listener(data));
      // What is read is what is told.
      void state.data;
      return unsubscribe;
    },
    /** Registers the marked links below an element; gives back what ends that. */
    async register(root) {
      const end = cache.prefetchElements(root);
      // What registers is loaded by then.
      await cache.prefetchBatch([]);
      return end;
    },
    json: (url) => cache.fetch(url).then((response) => response.json()),
    close: () => cache.close(),
  };
};

export default {
  lacks: {},
  store: storeWith({}),
  stored: {
    lacks: {},
    /** Items go into storage as answers to `fetch`; the page's is a stub. */
    async writer() {
      const cache = await createCache({ ...ROOM, rules: STORED });
      let persisted = 0;
      cache.events(({ type }) => {
        if (type === 'persist') persisted += 1;
      });
      return {
        add: (id) => cache.fetch(urlOf(id)).then((response) => response.json()),
        isStored: (count) => persisted === count,
      };
    },
    async open() {
      const cache = await createCache({ ...ROOM, rules: STORED });
      return (id) => cache.query(urlOf(id));
    },
  },
};
