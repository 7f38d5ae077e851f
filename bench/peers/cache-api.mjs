import { item, urlOf } from '../page/items.mjs';

const NAME = 'bench';

export default {
  lacks: {
    dropTag: 'has no tags',
    dropPattern: 'has no patterns',
    optimistic: 'has nothing optimistic',
    subscribe: 'tells of no change',
  },
  async store() {
    const cache = await caches.open(NAME);
    return {
      json: async (url) => {
        let response = await cache.match(url);
        if (!response) {
          await cache.add(url);
          response = await cache.match(url);
        }
        return response.json();
      },
      close: () => caches.delete(NAME),
    };
  },
  stored: {
    lacks: {},
    async writer() {
      const cache = await caches.open(NAME);
      let stored = 0;
      return {
        async add(id) {
          await cache.put(urlOf(id), Response.json(item(id)));
          stored += 1;
        },
        isStored: (count) => stored === count,
      };
    },
    async open() {
      const cache = await caches.open(NAME);
      return async (id) => (await cache.match(urlOf(id))).json();
    },
  },
};
