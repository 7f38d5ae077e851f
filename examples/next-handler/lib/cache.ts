import { createCacheMiddleware, redisPurger } from 'everfresh/server';
import { Redis } from 'ioredis';
import { rules } from '../rules';
import { scenes } from './scenes';

export const redis = new Redis(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379', {
  lazyConnect: true,
});

const pages = redisPurger(redis, { sets: 'tag:{tag}' });

export const { sceneMiddleware, chapterMiddleware, tagsOf } = createCacheMiddleware({
  ...rules,
  parents: (kind, id) => (kind === 'scene' ? scenes.get(id) : undefined),
  purger: {
    async purge(targets, value) {
      // First: what was asked for before is not stored any more (see pages.ts).
      await redis.incr('purges');
      await pages.purge(targets, value);
    },
  },
});
