import { MutationObserver, notifyManager, QueryClient, QueryObserver } from '@tanstack/query-core';
import {
  persistQueryClientRestore,
  persistQueryClientSubscribe,
} from '@tanstack/query-persist-client-core';
import { createSyncStoragePersister } from '@tanstack/query-sync-storage-persister';
import { groupOf, HOUR, item, range } from '../page/items.mjs';

const DEFAULTS = { queries: { staleTime: HOUR, gcTime: 24 * HOUR, networkMode: 'always' } };

/** Where its persister puts everything. */
const KEPT = 'REACT_QUERY_OFFLINE_CACHE';

/** A timer would be measured otherwise. */
notifyManager.setScheduler(queueMicrotask);

/** A group is the beginning of a key: it has no tags. @param {number} id */
const keyOf = (id) => ['items', groupOf(id), id];

export default {
  lacks: {},
  async store() {
    const client = new QueryClient({ defaultOptions: DEFAULTS });
    /** @type {unknown[][]} */
    let keys = [];
    const set = (id, value) => client.setQueryData(keys[id], value);
    return {
      fill(count) {
        keys = range(count).map(keyOf);
        this.refill(range(count));
      },
      refill(ids) {
        for (const id of ids) set(id, item(id));
      },
      read(id) {
        return client.getQueryData(keys[id]);
      },
      isStale: (id) => client.getQueryState(keys[id]).isInvalidated,
      miss: (id) => client.getQueryData(['none', id]),
      write: set,
      dropTag: (group) => client.invalidateQueries({ queryKey: ['items', group] }),
      dropPattern: (group) =>
        client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === group }),
      dropAll: () => client.invalidateQueries(),
      // As its documentation does it.
      optimistic(id, fields) {
        const queryKey = keys[id];
        let refuse;
        const answer = new Promise((_, reject) => {
          refuse = reject;
        });
        return new Promise((shown) => {
          const observer = new MutationObserver(client, {
            networkMode: 'always',
            mutationFn: () => answer,
            async onMutate() {
              await client.cancelQueries({ queryKey });
              const before = client.getQueryData(queryKey);
              client.setQueryData(queryKey, (old) => ({ ...old, ...fields }));
              shown({
                fail() {
                  refuse(new Error('refused'));
                  return done;
                },
              });
              return { before };
            },
            onError: (_error, _variables, { before }) => client.setQueryData(queryKey, before),
          });
          const done = observer.mutate().catch(() => {});
        });
      },
      subscribe(id, listener) {
        const observer = new QueryObserver(client, { queryKey: keys[id], enabled: false });
        return observer.subscribe(({ data }) => listener(data));
      },
      json: (url) =>
        client.fetchQuery({ queryKey: [url], queryFn: () => fetch(url).then((r) => r.json()) }),
      close: () => client.clear(),
    };
  },
  stored: {
    lacks: {},
    async writer() {
      const queryClient = new QueryClient({ defaultOptions: DEFAULTS });
      persistQueryClientSubscribe({ queryClient, persister: persister() });
      return {
        add: (id) => queryClient.setQueryData(keyOf(id), item(id)),
        isStored: (count) => localStorage.getItem(KEPT)?.includes(`"id":${count - 1},`) ?? false,
      };
    },
    async open() {
      const queryClient = new QueryClient({ defaultOptions: DEFAULTS });
      await persistQueryClientRestore({ queryClient, persister: persister() });
      return async (id) => queryClient.getQueryData(keyOf(id));
    },
  },
};

function persister() {
  return createSyncStoragePersister({ storage: localStorage, key: KEPT });
}
