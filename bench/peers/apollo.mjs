import { ApolloClient, ApolloLink, gql, InMemoryCache, Observable } from '@apollo/client';
import { item, range } from '../page/items.mjs';

const fragment = gql`fragment Fields on Item { id group title likes text }`;
const mutation = gql`mutation Change($id: ID!) { change(id: $id) { id title likes } }`;
const query = gql`query One($id: ID!) { item(id: $id) { id group title likes text } }`;

const __typename = 'Item';

export default {
  lacks: {
    dropTag: 'has no tags: evicts by the id of an object',
    dropPattern: 'has no patterns: evicts by the id of an object',
    json: 'asks by GraphQL, not for a URL',
  },
  async store() {
    /** @type {(() => void)[]} */
    const refusals = [];
    const link = new ApolloLink(
      () => new Observable((observer) => refusals.push(() => observer.error(new Error('refused')))),
    );
    const cache = new InMemoryCache({
      typePolicies: {
        Query: {
          fields: { item: (_, { args, toReference }) => toReference({ __typename, id: args.id }) },
        },
      },
    });
    const client = new ApolloClient({ cache, link });
    const set = (id, value) =>
      cache.writeFragment({ id: `Item:${id}`, fragment, data: { __typename, ...value } });
    const at = (id) => cache.readFragment({ id: `Item:${id}`, fragment }, true);
    return {
      fill(count) {
        this.refill(range(count));
      },
      refill(ids) {
        cache.batch({
          update() {
            for (const id of ids) set(id, item(id));
          },
        });
      },
      read: at,
      plain: ({ __typename: _, ...rest }) => rest,
      miss: (id) => at(-1 - id) ?? undefined,
      write: set,
      dropAll: () => cache.reset(),
      async optimistic(id, fields) {
        const { title, likes } = { ...at(id), ...fields };
        const at_ = refusals.length;
        const done = client
          .mutate({
            mutation,
            variables: { id },
            optimisticResponse: { change: { __typename, id, title, likes } },
          })
          .catch(() => {});
        await untilAsked(() => refusals.length > at_);
        const refuse = refusals.at(-1);
        return {
          fail() {
            refuse();
            return done;
          },
        };
      },
      subscribe: (id, listener) =>
        cache.watch({
          query,
          variables: { id },
          optimistic: true,
          callback: ({ result }) => listener(result.item),
        }),
      close: () => cache.reset(),
    };
  },
};

/** It shows what is optimistic, and asks the link, some turns of the queue of microtasks later. */
async function untilAsked(is) {
  while (!is()) {
    await undefined;
  }
}
