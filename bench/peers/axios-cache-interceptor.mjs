import axios from 'axios';
import { buildWebStorage, setupCache } from 'axios-cache-interceptor';
import { HOUR, item, urlOf } from '../page/items.mjs';

const NOT_BY_KEY = 'answers requests; its data is not read by key';

export default {
  lacks: {
    read: NOT_BY_KEY,
    write: NOT_BY_KEY,
    dropTag: 'has no tags: removes by the id of a request',
    dropPattern: 'has no patterns: removes by the id of a request',
    dropAll: NOT_BY_KEY,
    optimistic: 'has nothing optimistic',
    subscribe: 'tells of no change',
  },
  async store() {
    const client = setupCache(axios.create({ adapter: 'fetch' }), {
      ttl: HOUR,
      interpretHeader: false,
    });
    return { json: (url) => client.get(url).then(({ data }) => data), close() {} };
  },
  stored: {
    lacks: {},
    async writer() {
      const get = await this.open();
      let stored = 0;
      return {
        async add(id) {
          await get(id);
          stored += 1;
        },
        isStored: (count) => stored === count,
      };
    },
    async open() {
      const client = setupCache(axios.create({ adapter: async (config) => answer(config) }), {
        ttl: HOUR,
        interpretHeader: false,
        storage: buildWebStorage(localStorage, 'axios:'),
      });
      return (id) => client.get(urlOf(id)).then(({ data }) => data);
    },
  },
};

/** What a server would say. @param {any} config */
function answer(config) {
  const id = Number(config.url.slice(config.url.lastIndexOf('/') + 1));
  return { data: item(id), status: 200, statusText: 'OK', headers: {}, config, request: {} };
}
