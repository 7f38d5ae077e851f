import { redis, tagsOf } from './cache';

/** Seconds. */
const KEPT_FOR = 3600;

/**
 * Stores a page and its names at once, unless anything was purged since it was asked for: it may be older than what was
 * written. Keys: the count of purges, the page, its sets.
 */
const STORE = `
  if (redis.call('GET', KEYS[1]) or '0') ~= ARGV[1] then return end
  redis.call('SET', KEYS[2], ARGV[2], 'EX', ${KEPT_FOR})
  for at = 3, #KEYS do redis.call('SADD', KEYS[at], KEYS[2]) end
`;

/** Answers out of Redis, or by a handler, whose answer is kept then. */
export function kept<R extends Request, A extends unknown[]>(
  handler: (request: R, ...rest: A) => Promise<Response>,
) {
  return async (request: R, ...rest: A): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    const key = `page:${pathname}${search}`;
    const [purges, page] = await redis.mget('purges', key);
    if (page) {
      const { headers, body } = JSON.parse(page);
      return new Response(body, { headers: [...headers, ['x-page', 'kept']] });
    }
    const response = await handler(request, ...rest);
    const tags = tagsOf(response);
    if (response.ok && tags?.length) {
      const body = await response.clone().text();
      const keys = ['purges', key, ...tags.map((tag) => `tag:${tag}`)];
      const value = JSON.stringify({ headers: [...response.headers], body });
      await redis.eval(STORE, keys.length, ...keys, purges ?? '0', value);
    }
    return response;
  };
}
