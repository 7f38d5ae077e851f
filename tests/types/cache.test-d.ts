// What a cache gives has the type that the page says; nothing is `any`.
import { expectTypeOf } from 'expect-type';
import type {
  Cache,
  CacheOptions,
  EverfreshError,
  QueryState,
} from '../../pkg-template/src/index.js';

interface Post {
  id: number;
  likes: number;
}
declare const cache: Cache;

// Data is of the type that is asked for, or that the fetcher gives, and otherwise unknown.
expectTypeOf(await cache.query<Post>('/api/posts/1')).toEqualTypeOf<Post>();
expectTypeOf(await cache.query('/api/posts/1')).toEqualTypeOf<unknown>();
expectTypeOf(
  await cache.query(['post', 1], { fetcher: async ({ signal }) => signal.aborted }),
).toEqualTypeOf<boolean>();
expectTypeOf(cache.peek<Post>('/api/posts/1')?.data).toEqualTypeOf<Post | undefined>();
cache.subscribe<Post>('/api/posts/1', (state) => {
  expectTypeOf(state).toEqualTypeOf<QueryState<Post>>();
});
cache.setQueryData<Post>('/api/posts/1', (post) => post && { ...post, likes: post.likes + 1 });
// @ts-expect-error: a post has no text
cache.setQueryData<Post>('/api/posts/1', { text: '' });
expectTypeOf(cache.failure).toEqualTypeOf<EverfreshError | undefined>();

// A change says what the data is that it changes; where it does not, that is unknown.
const liked = await cache.mutate({
  mutationFn: async (id: number): Promise<Post> => ({ id, likes: 1 }),
  variables: 7,
  optimistic: {
    key: '/api/posts/7',
    update: (post: Post, id) => {
      expectTypeOf(id).toEqualTypeOf<number>();
      return { ...post, likes: post.likes + 1 };
    },
    adopt: (answer, post: Post) => ({ ...post, likes: answer.likes }),
  },
  onSuccess: (post, id) => {
    expectTypeOf(post).toEqualTypeOf<Post>();
    expectTypeOf(id).toEqualTypeOf<number>();
  },
});
expectTypeOf(liked).toEqualTypeOf<Post>();
cache.mutate({
  request: { url: '/api/posts/7' },
  optimistic: {
    key: '/api/posts/7',
    update: (post) => {
      expectTypeOf(post).toEqualTypeOf<unknown>();
      return post;
    },
  },
});
// @ts-expect-error: an operation has a name that there is
cache.mutate({ optimistic: { key: '/api/posts/7', update: { op: 'add', by: 1 } } });

// Flags have names that there are, and values that mean something; what is on is a boolean each.
const flagged: CacheOptions = { flags: { enabled: 25, prefetch: false, url: true } };
expectTypeOf(cache.flags.enabled).toEqualTypeOf<boolean>();
expectTypeOf(flagged.flags?.client).toEqualTypeOf<string | undefined>();
// @ts-expect-error: there is no such flag
cache.flags.speed;
// @ts-expect-error: a flag is no text
({ push: 'on' }) satisfies CacheOptions['flags'];
