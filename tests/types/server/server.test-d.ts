// everfresh/server: a wrapper for each entity of the map, and handlers whose types stay what they are.
import { expectTypeOf } from 'expect-type';
import { Redis } from 'ioredis';
import { createClient, createClientPool } from 'redis';
import {
  createCacheMiddleware,
  defineRules,
  endpointPurger,
  type Middleware,
  type Purger,
  redisPurger,
  type ServerOptions,
} from '../../../pkg-template/src/server.js';

const cache = createCacheMiddleware({
  entities: {
    scene: { path: '/api/scenes/:id', parents: { chapter: 'chapterId' } },
    chapter: { path: '/api/chapters/:id', lists: ['chapters'] },
  },
  parents: async (kind, id) => {
    expectTypeOf(kind).toEqualTypeOf<'scene' | 'chapter'>();
    expectTypeOf(id).toEqualTypeOf<string>();
    return { chapterId: 3 };
  },
});

// The keys of the map, and no others.
expectTypeOf(cache).toHaveProperty('sceneMiddleware').toEqualTypeOf<Middleware>();
expectTypeOf(cache).toHaveProperty('chapterMiddleware').toEqualTypeOf<Middleware>();
expectTypeOf(cache).toHaveProperty('middleware').toEqualTypeOf<Middleware>();
// @ts-expect-error: there is no such entity
cache.storyMiddleware;
expectTypeOf<keyof typeof cache>().toEqualTypeOf<
  'sceneMiddleware' | 'chapterMiddleware' | 'middleware' | 'invalidate' | 'tagsOf'
>();

// Those of a document that is used elsewhere, too.
const rules = defineRules({ entities: { post: { path: '/posts/:id' } } });
expectTypeOf(createCacheMiddleware({ ...rules })).toHaveProperty('postMiddleware');
// Without entities there is the general one alone.
expectTypeOf<keyof ReturnType<typeof empty>>().toEqualTypeOf<
  'middleware' | 'invalidate' | 'tagsOf'
>();
const empty = () => createCacheMiddleware({ rules: [{ match: '/api/*' }] });

createCacheMiddleware({
  entities: {
    // @ts-expect-error: a parent is an entity of the map
    scene: { path: '/api/scenes/:id', parents: { chaptr: 'chapterId' } },
    chapter: { path: '/api/chapters/:id' },
  },
});
// @ts-expect-error: options are checked
createCacheMiddleware({ purgeAttempts: 'often' });
// @ts-expect-error: what purges has a function for it
createCacheMiddleware({ purger: {} });

// A handler's request and what comes behind it stay what they are.
class OwnRequest extends Request {
  readonly own = true;
}
interface Context {
  params: Promise<{ id: string }>;
}
const wrapped = cache.sceneMiddleware(async (request: OwnRequest, { params }: Context) => {
  return Response.json([request.own, (await params).id]);
});
expectTypeOf(wrapped).toEqualTypeOf<(request: OwnRequest, context: Context) => Promise<Response>>();
expectTypeOf(cache.middleware(() => new Response())).toBeCallableWith(
  new Request('https://a.test'),
);
const worker = cache.middleware(
  (_: Request, env: { KEY: string }, _context: { waitUntil(): void }) => {
    return new Response(env.KEY);
  },
);
expectTypeOf(worker).parameters.toEqualTypeOf<[Request, { KEY: string }, { waitUntil(): void }]>();
// @ts-expect-error: a handler answers
cache.middleware(() => 'text');

expectTypeOf(cache.invalidate(['scene:7'])).toEqualTypeOf<Promise<string>>();
expectTypeOf(cache.tagsOf(new Response())).toEqualTypeOf<string[] | undefined>();

// The clients of both libraries are taken as they are.
const purgers: Purger[] = [
  redisPurger(new Redis(), { sets: 'tag:{tag}' }),
  redisPurger(createClient(), { keys: ['page:{path}'] }),
  redisPurger(createClientPool(), { keys: ['page:{path}'] }),
  endpointPurger(new URL('https://a.test'), { token: 'secret', fetch }),
  { purge: async (targets) => console.log(targets.map((target) => 'tag' in target && target.tag)) },
];
createCacheMiddleware({ purger: purgers });
// @ts-expect-error: nothing else is
redisPurger(new Map(), { sets: 'tag:{tag}' });

const options: ServerOptions = { entities: { scene: { path: '/api/scenes/:id' } } };
expectTypeOf(createCacheMiddleware(options).anyMiddleware).toEqualTypeOf<Middleware>();
