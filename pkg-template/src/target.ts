/** What one member of an invalidation names, as in `X-Cache-Invalidate`, and what becomes of it. */
export type Target = { mode: 'drop' | 'stale' } & (
  | { tag: string }
  /** A path with any query, or with exactly this one (without its `?`). */
  | { path: string; query?: string }
  /** `*` is any run of characters. Without a `?` it is for paths, with any query. */
  | { pattern: string }
  | { all: true }
);
