// The rules document: its names are known, and what is wrong in it is seen before it runs.
import { expectTypeOf } from 'expect-type';
import {
  type Cache,
  type CacheOptions,
  createCache,
  defineRules,
  install,
  type RulesDocument,
  type TagsOf,
} from '../../pkg-template/src/index.js';

const document = defineRules({
  rules: [
    { match: '/api/pages/:id', tags: ['page:{id}', 'all'] },
    { match: '/api/*', staleTime: 30_000 },
  ],
  entities: {
    scene: { path: '/api/scenes/:id', parents: { chapter: 'chapterId' } },
    chapter: { path: '/api/chapters/:id', lists: ['chapters', 'recent'] },
  },
});
type Tags =
  | 'scene'
  | `scene:${string}`
  | 'chapter'
  | `chapter:${string}`
  | 'chapters'
  | 'recent'
  | `page:${string}`
  | 'all';

// Kinds, things, lists and the tags of rules are known.
expectTypeOf<TagsOf<typeof document>>().toEqualTypeOf<Tags>();

// A cache knows those of its document, whatever else it is told, and those of options that are written in place.
const cache = await install({ ...document, scope: { id: 'ann' } });
expectTypeOf(cache).toEqualTypeOf<Cache<Tags>>();
const other = await createCache({ entities: { post: { path: '/posts/:id', lists: ['posts'] } } });
expectTypeOf(other).toEqualTypeOf<Cache<'post' | `post:${string}` | 'posts'>>();

// A server may give tags that no document has.
cache.invalidateTags('scene:7');
cache.invalidateTags(['chapters', 'made-by-the-server']);
// @ts-expect-error: no tag is a number
cache.invalidateTags(7);

// Any cache is a `Cache`.
expectTypeOf(cache).toExtend<Cache>();
expectTypeOf<Cache>().toExtend<typeof cache>();

// Where no name is known, every text is one.
expectTypeOf<TagsOf<RulesDocument>>().toEqualTypeOf<string>();
expectTypeOf(await install()).toEqualTypeOf<Cache>();
expectTypeOf(await install({ rules: [{ match: '/api/*' }] })).toEqualTypeOf<Cache>();
const options: CacheOptions = { maxAge: 1_000 };
expectTypeOf(await createCache(options)).toEqualTypeOf<Cache>();

// A parent is of a kind that there is.
defineRules({
  entities: {
    // @ts-expect-error: there is no such kind
    scene: { path: '/api/scenes/:id', parents: { chaptr: 'chapterId' } },
    chapter: { path: '/api/chapters/:id' },
  },
});

// What is no option is seen.
// @ts-expect-error: there is no such option
install({ maxAges: 1_000 });
// @ts-expect-error: a rule has no such member
install({ rules: [{ match: '/api/*', stale: 1_000 }] });
// @ts-expect-error: nor has an entity
createCache({ entities: { post: { path: '/posts/:id', list: ['posts'] } } });

// A document that comes as JSON has kinds by name, and its lists are texts.
declare const json: { entities: { post: { path: string; lists: string[] } } };
expectTypeOf(await install(json)).toEqualTypeOf<Cache>();
