import type { EverfreshError } from './errors.js';

/** A rule: which answers are kept, and for how long. The first one that matches a request counts. */
export interface Rule {
  /** A path such as `/api/stories/:id` or `/api/*`, or a URL with an origin before it. */
  match: string;
  /** Methods that it is for; `GET` and `HEAD` if left out. */
  methods?: string[];
  /** `false`: leave these requests alone. */
  cache?: boolean;
  /** `true`: requests with an unsafe method change nothing. */
  safe?: boolean;
  /** Milliseconds for which an answer is fresh; left out, the answer's own headers say it. */
  staleTime?: number;
  /** Milliseconds for which an answer is kept. */
  gcTime?: number;
  /** Tags of the answer, such as `story:{id}`. */
  tags?: string[];
  /** Whether answers may reach localStorage; left out, they may with a `scope`, or if they are `public`. */
  persist?: boolean;
  /** `swr`: hand out what is stale while it is fetched anew. `fresh` (default): wait for the network. */
  mode?: 'fresh' | 'swr';
}

/** A kind of thing that the server has, and the writes that touch it. */
export interface Entity {
  /** Path of one, such as `/api/scenes/:id`. */
  path: string;
  /** Kinds that contain it, with the JSON field that holds the id: `{ "chapter": "chapterId" }`. */
  parents?: Record<string, string>;
  /** What may follow its path in a write that touches it, such as `like`. */
  actions?: string[];
  /** Path to which new ones are posted. */
  collection?: string;
  /** Tags of the lists that it is in. */
  lists?: string[];
}

/** Options of a cache. Times are milliseconds. */
export interface CacheOptions {
  /** What is cached. Without a rule, plain `fetch` stays as it is. */
  rules?: Rule[];
  /** What writes touch, where the server does not say so itself. */
  entities?: Record<string, Entity>;
  /** Whose data it is, such as the id of the user who is signed in. */
  scope?: string;
  /** Build id: a change drops everything that was stored. */
  buster?: string;
  /** How long anything may stay in localStorage; a day if left out. */
  maxAge?: number;
  /** How long after a write of unknown outcome answers are not trusted; 10 seconds if left out. */
  settleMs?: number;
  /** Entries in memory; 2,000 if left out. */
  maxEntries?: number;
  /** Size of the bodies in memory, in UTF-16 units or bytes; 32,000,000 if left out. */
  maxBytes?: number;
  /** Size of our part of localStorage in UTF-16 units; 4,000,000 if left out. */
  maxStorage?: number;
  /** Size of the largest entry in localStorage in UTF-16 units; 500,000 if left out. */
  maxEntrySize?: number;
  /** `false`: answers are kept in memory alone. */
  persist?: boolean;
  /** `false`: while installed, what `XMLHttpRequest` writes and is answered goes unseen. */
  observeXhr?: boolean;
}

/** Options of {@link Cache.invalidate}. */
export interface InvalidateOptions {
  /** Only entries of this origin. */
  origin?: string;
  /** `stale`: keep what is named, but mark it stale. `drop` (default): drop it. */
  mode?: 'drop' | 'stale';
}

/** What is known of a cached answer. */
export interface EntryInfo {
  url: string;
  tags: string[];
  /** Its body is in memory. */
  memory: boolean;
  /** It is in localStorage. */
  storage: boolean;
  /** Milliseconds since the server made it. */
  age: number;
  /** Milliseconds for which it is fresh; negative once it is not. */
  freshFor: number;
  /** An invalidation marked it stale. */
  stale: boolean;
  /** UTF-16 units of a text, bytes of anything else. */
  size: number;
}

/** Where an answer came from, or went. */
export type Source = 'memory' | 'storage';

/**
 * Why something was invalidated: a response header, the entity map, a write to its URL, a write of unknown
 * outcome, a call, a write that a page left behind, another tab, or cleared site data.
 */
export type Cause = 'header' | 'map' | 'write' | 'unknown' | 'call' | 'orphan' | 'peer' | 'cleared';

/** Something that the cache did. */
export type CacheEvent =
  | { type: 'hit'; url: string; source: Source; age: number; stale: boolean }
  | { type: 'miss'; url: string; joined: boolean }
  | { type: 'store'; url: string; tags: string[]; size: number }
  /** An answer was not stored: something that it carries was invalidated after it was asked for. */
  | { type: 'late-fill'; url: string }
  | { type: 'persist'; url: string }
  /** `targets` is written as in `X-Cache-Invalidate`; `matched` holds the first 100 URLs of `count`. */
  | {
      type: 'invalidate';
      targets: string;
      origin: string | null;
      cause: Cause;
      matched: string[];
      count: number;
    }
  | { type: 'evict'; url: string; source: Source }
  /** Something was wrong and was skipped, or made an invalidation wider. */
  | { type: 'problem'; code: string; subject: string };

/** A cache. */
export interface Cache {
  /** Version of the package. */
  readonly version: string;
  /** Why there is no caching, where {@link install} could not start: all else then works natively. */
  readonly failure: EverfreshError | undefined;
  /** Whether it stands in for `globalThis.fetch`. */
  readonly installed: boolean;
  /** `fetch` with this cache, whether or not it is installed. */
  fetch: typeof fetch;
  /** Stands in for `globalThis.fetch`, and watches `XMLHttpRequest`. */
  install(): void;
  /** Gives both back. All entries are dropped, since writes will pass unseen. */
  uninstall(): void;
  /** Drops what these name, in the grammar of `X-Cache-Invalidate`: one text, or a target in each. */
  invalidate(targets: string | string[], options?: InvalidateOptions): void;
  /** Drops everything that we keep, from memory and from localStorage. */
  clear(): void;
  /** Calls `listener` with all that happens; the function given back ends that. */
  events(listener: (event: CacheEvent) => void): () => void;
  /** What is cached, in no order. */
  entries(): EntryInfo[];
  /** Uninstalls, writes what is still to be written, and ends. */
  close(): void;
}
