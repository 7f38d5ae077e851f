/** The rules document: what is cached, and what writes touch. A cache and a server read the same one. */
import type { FlagsOptions } from './flags.js';

/** A rule: which answers are kept, and for how long. The first one that matches a request counts. */
export interface Rule<Tag extends string = string> {
  /** A path such as `/api/stories/:id` or `/api/*`, or a URL with an origin before it. */
  match: string;
  /** Methods that it is for; `GET` and `HEAD` if left out. */
  methods?: readonly string[];
  /** `false`: leave these requests alone. */
  cache?: boolean;
  /** `true`: requests with an unsafe method change nothing. */
  safe?: boolean;
  /** Milliseconds for which an answer is fresh; left out, the answer's own headers say it. */
  staleTime?: number;
  /** Milliseconds for which an answer is kept. */
  gcTime?: number;
  /** Tags of the answer, such as `story:{id}`. */
  tags?: readonly Tag[];
  /** Whether answers may reach localStorage; left out, they may with a `scope`, or if they are `public`. */
  persist?: boolean;
  /** `swr`: hand out what is stale while it is fetched anew. `fresh` (default): wait for the network. */
  mode?: 'fresh' | 'swr';
  /**
   * `true`, with `methods`: plain `fetch` calls that write go through the outbox, as those of a durable mutation do,
   * where somebody is signed in and the body is a text. They settle with the first answer that is final.
   */
  durable?: boolean;
}

/** A kind of thing that the server has, and the writes that touch it. */
export interface Entity<Kind extends string = string, List extends string = string> {
  /** Path of one, such as `/api/scenes/:id`. */
  path: string;
  /** Kinds that contain it, with the JSON field that holds the id: `{ "chapter": "chapterId" }`. */
  parents?: { readonly [K in Kind]?: string };
  /** What may follow its path in a write that touches it, such as `like`. */
  actions?: readonly string[];
  /** Path to which new ones are posted. */
  collection?: string;
  /** Tags of the lists that it is in. */
  lists?: readonly List[];
}

/**
 * What a cache and a server both are told. Its parameters are the names in it: kinds of things, their lists, and the
 * tags of rules.
 */
export interface RulesDocument<
  Kind extends string = string,
  List extends string = string,
  Tag extends string = string,
> {
  /** Where an editor finds the schema of this document. */
  $schema?: string;
  /** What is cached. Without a rule, plain `fetch` stays as it is. */
  rules?: readonly Rule<Tag>[];
  /** What writes touch, where the server does not say so itself. What contains a thing is of a kind that is here, too. */
  entities?: { readonly [K in Kind]: Entity<NoInfer<Kind>, List> };
  /** Which features of a page are on, for whom, and where a server says so. Left out, all are. */
  flags?: FlagsOptions;
}

/**
 * A rules document whose names are known wherever it goes.
 *
 * ```ts
 * const document = defineRules({
 *   rules: [{ match: '/api/*', staleTime: 30_000 }],
 *   entities: {
 *     scene: { path: '/api/scenes/:id', parents: { chapter: 'chapterId' } },
 *     chapter: { path: '/api/chapters/:id', lists: ['chapters'] },
 *   },
 * });
 * type Tag = TagsOf<typeof document>; // 'scene' | `scene:${string}` | 'chapter' | `chapter:${string}` | 'chapters'
 * const cache = await install({ ...document, scope: { id: user.id } });
 * ```
 */
export function defineRules<
  const Kind extends string = never,
  const List extends string = never,
  const Tag extends string = never,
>(document: RulesDocument<Kind, List, Tag>): RulesDocument<Kind, List, Tag> {
  return document;
}

/** The tags that a document names: its kinds and things of them, its lists, and the tags of its rules. */
export type TagsOf<Document> =
  Document extends RulesDocument<infer Kind, infer List, infer Tag>
    ? Tags<Kind | `${Kind}:${string}` | List | Filled<Tag>>
    : never;

/** A text that completes to these, and may be another. */
export type Known<Name extends string> = Name | (string & {});

/** `story:{id}` as all that it may become. */
type Filled<Tag extends string> = Tag extends `${infer Before}{${string}}${infer After}`
  ? `${Before}${string}${Filled<After>}`
  : Tag;

/** Where none is named, any text. */
type Tags<Name extends string> = [Name] extends [never] ? string : Name;
