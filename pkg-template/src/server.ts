/**
 * everfresh for servers with Web-standard handlers, `(request, context) => Response`: Next.js route handlers, Hono, Bun,
 * Deno, workers. Answers say what they are and what a write touched, and the server's own caches are purged of that.
 *
 * @module
 */
export { type ErrorCode, EverfreshError } from './errors.js';
export { defineRules, type Entity, type Rule, type RulesDocument, type TagsOf } from './rules.js';
export { type EndpointPurgerOptions, endpointPurger } from './server/endpoint.js';
export type { CacheMiddleware, Handler, Middleware } from './server/middleware.js';
export { createCacheMiddleware } from './server/middleware.js';
export type { ServerOptions } from './server/options.js';
export type { Purger } from './server/purge.js';
export { type RedisPurgerOptions, redisPurger } from './server/redis.js';
export type { IoRedisLike, NodeRedisLike } from './server/redis-client.js';
export { addTags } from './server/tags.js';
export type { Target } from './target.js';
export { version } from './version.js';
