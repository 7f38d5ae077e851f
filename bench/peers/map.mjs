import { item, range, urlOf } from '../page/items.mjs';

/** What nothing that looks up by a key can beat. */
export default {
  lacks: {
    dropTag: 'has no tags',
    dropPattern: 'has no patterns',
    optimistic: 'a value alone',
    subscribe: 'a value alone',
  },
  async store() {
    /** @type {Map<string, object>} */
    const map = new Map();
    /** @type {string[]} */
    let keys = [];
    return {
      fill(count) {
        keys = range(count).map(urlOf);
        this.refill(range(count));
      },
      refill(ids) {
        for (const id of ids) map.set(keys[id], item(id));
      },
      read: (id) => map.get(keys[id]),
      miss: (id) => map.get(`/none/${id}`),
      write: (id, value) => map.set(keys[id], value),
      dropAll: () => map.clear(),
      close() {},
    };
  },
};
