import { configureStore } from '@reduxjs/toolkit';
import { createApi, fakeBaseQuery } from '@reduxjs/toolkit/query';
import { groupOf, HOUR, item, range } from '../page/items.mjs';

export default {
  lacks: { dropPattern: 'has tags alone', json: 'gives data through its store, by subscriptions' },
  async store() {
    /** What mutations wait for, by their number. @type {Map<number, Promise<any>>} */
    const answers = new Map();
    let last = 0;
    const api = createApi({
      baseQuery: fakeBaseQuery(),
      tagTypes: ['group'],
      keepUnusedDataFor: (24 * HOUR) / 1000,
      endpoints: (build) => ({
        item: build.query({
          queryFn: (id) => ({ data: item(id) }),
          providesTags: (_data, _error, id) => [{ type: 'group', id: groupOf(id) }],
        }),
        change: build.mutation({
          queryFn: ({ number }) => answers.get(number).catch(() => ({ error: 'refused' })),
          async onQueryStarted({ id, fields }, { dispatch, queryFulfilled }) {
            const change = (draft) => {
              Object.assign(draft, fields);
            };
            const patch = dispatch(api.util.updateQueryData('item', id, change));
            await queryFulfilled.catch(patch.undo);
          },
        }),
      }),
    });
    const store = configureStore({
      reducer: { [api.reducerPath]: api.reducer },
      middleware: (defaults) => defaults().concat(api.middleware),
    });
    const selectors = [];
    const select = (id) => {
      selectors[id] ??= api.endpoints.item.select(id);
      return selectors[id](store.getState()).data;
    };
    const upsert = (list) =>
      store.dispatch(
        api.util.upsertQueryEntries(
          list.map(([arg, value]) => ({ endpointName: 'item', arg, value })),
        ),
      );
    return {
      fill(count) {
        this.refill(range(count));
      },
      refill: (ids) => upsert(ids.map((id) => [id, item(id)])),
      read: select,
      miss: (id) => api.endpoints.item.select(-1 - id)(store.getState()).data,
      write: (id, value) => upsert([[id, value]]),
      dropTag: (group) => store.dispatch(api.util.invalidateTags([{ type: 'group', id: group }])),
      dropAll: () => store.dispatch(api.util.invalidateTags(['group'])),
      async optimistic(id, fields) {
        let refuse;
        last += 1;
        const answer = new Promise((_, reject) => {
          refuse = reject;
        });
        const number = last;
        answers.set(number, answer);
        const done = store.dispatch(api.endpoints.change.initiate({ number, id, fields }));
        return {
          async fail() {
            refuse(new Error('refused'));
            await done;
            done.reset();
            answers.delete(number);
          },
        };
      },
      subscribe(id, listener) {
        let before = select(id);
        return store.subscribe(() => {
          const data = select(id);
          if (data !== before) {
            before = data;
            listener(data);
          }
        });
      },
      close: () => store.dispatch(api.util.resetApiState()),
    };
  },
};
