import { defineRules } from 'everfresh';

/** For both sides: `install({ ...rules })` in the browser, `createCacheMiddleware({ ...rules })` in `lib/cache.ts`. */
export const rules = defineRules({
  rules: [{ match: '/api/*', staleTime: 30_000 }],
  entities: {
    scene: { path: '/api/scenes/:id', parents: { chapter: 'chapterId' } },
    chapter: { path: '/api/chapters/:id' },
  },
});
