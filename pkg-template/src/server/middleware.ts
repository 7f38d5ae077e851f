import { EverfreshError } from '../errors.js';
import { type Core, loadCore } from './core.js';
import { Exchange } from './exchange.js';
import { read, type ServerOptions } from './options.js';
import { paramsOf } from './params.js';

/** A Web-standard handler; behind the request comes what its framework gives, such as Next's `{ params }`. */
export type Handler<R extends Request = Request, A extends unknown[] = unknown[]> = (
  request: R,
  ...rest: A
) => Response | Promise<Response>;

/** Makes a handler of the same type of another one. */
export type Middleware = <R extends Request, A extends unknown[]>(
  handler: Handler<R, A>,
) => (request: R, ...rest: A) => Promise<Response>;

/** What {@link createCacheMiddleware} gives: `sceneMiddleware` for the entity `scene`, and so on, beside these. */
export type CacheMiddleware<Kind extends string = string> = {
  /**
   * For handlers of one kind of entity, wherever they are mounted. Which one it is, the URL says by the map, or the
   * handler's own route: the parameter `sceneId` or `scene`, or `id` where the map does not know the URL, of
   * `context.params` (of which Next 15 makes a promise) or of Bun's `request.params`. Where neither does, it is the whole
   * kind.
   */
  readonly [K in Kind as `${K}Middleware`]: Middleware;
} & {
  /** For handlers of any URL: what they are about, the URL says. Wraps a whole app, too: `middleware(app.fetch)`. */
  readonly middleware: Middleware;
  /**
   * For jobs and webhooks: purges what these name, in the grammar of `X-Cache-Invalidate`: one text, or a target in each.
   * The promise is that of the header's value.
   *
   * @throws {EverfreshError} `purge-failed`
   */
  invalidate(targets: string | readonly string[]): Promise<string>;
  /** The tags that an answer carries, by its `X-Cache-Tags`; `undefined` where they can't be read: don't keep it. */
  tagsOf(response: Response): string[] | undefined;
};

/**
 * Wrappers for handlers, made from the rules document that browsers load too. They add to answers, and change nothing
 * else of them: `X-Cache-Tags` and `Cache-Groups` to a read that succeeds, `X-Cache-Invalidate` and
 * `Cache-Group-Invalidation` to a write that is no error, after the server's own caches are purged of what it touched.
 * A write of which nobody knows how it ended (a throw, 5xx) purges what its URL says.
 *
 * @throws {EverfreshError} `config-invalid` with the path of the place, `wasm-unavailable`, `version-mismatch`
 * @example
 * const { sceneMiddleware } = createCacheMiddleware({
 *   entities: { scene: { path: '/api/scenes/:id', lists: ['scenes'] } },
 *   purger: redisPurger(redis, { sets: 'tag:{tag}' }),
 * });
 * export const PATCH = sceneMiddleware(async (request, { params }: { params: Promise<{ id: string }> }) => {
 *   return Response.json(await save((await params).id, await request.json()));
 * });
 */
export function createCacheMiddleware<
  const Kind extends string = never,
  const List extends string = never,
  const Tag extends string = never,
>(options: ServerOptions<Kind, List, Tag>): CacheMiddleware<Kind> {
  const settings = read(options as ServerOptions);
  const core = loadCore(settings.wasm);
  const exchange = new Exchange(mapOf(core, settings.document), settings);

  const middleware =
    (kind: string | undefined): Middleware =>
    (handler) =>
    async (request, ...rest) => {
      const handle = async () => handler(request, ...rest);
      const { origin, pathname, search } = new URL(request.url);
      const params = kind === undefined ? [] : await paramsOf(pathname, rest[0], request);
      const asked = core.Asked.of(request.method, origin, pathname + search, kind, params);
      if (!asked) {
        return handle();
      }
      try {
        return await exchange.answer({ request, asked, handle });
      } finally {
        asked.free();
      }
    };

  const entities = settings.kinds.map((kind) => [`${kind}Middleware`, middleware(kind)]);
  const wrappers = {
    ...Object.fromEntries(entities),
    middleware: middleware(undefined),
    invalidate: (targets: string | readonly string[]) => exchange.invalidate(targets),
    tagsOf: (response: Response) => core.parseTags(response.headers.get('x-cache-tags') ?? ''),
  };
  return wrappers as CacheMiddleware<Kind>;
}

function mapOf(core: Core, document: string): InstanceType<Core['Map']> {
  try {
    return new core.Map(document);
  } catch (message) {
    throw new EverfreshError('config-invalid', `${message}`);
  }
}
