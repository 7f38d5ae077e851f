import type { QueryKey } from './query.js';

/** Where in the data: names and positions, or these with dots between. Left out: the data itself. */
export type Path = string | readonly (string | number)[];

/**
 * A change by its name. It is plain data, so it can be stored, and it never changes what it is given. What can't be
 * done is dropped with the event `problem`, code `operation-failed`.
 */
export type Operation =
  /** Puts an item at the end or the beginning of a list. */
  | { op: 'append' | 'prepend'; item: unknown; path?: Path }
  /** Sets members of an object; where there is nothing (`null`, or no last member of the path) it makes one. */
  | { op: 'merge'; fields: Record<string, unknown>; path?: Path }
  /** Adds to a number: 1 if left out. */
  | { op: 'increment'; by?: number; path?: Path }
  /** Changes each item of a list whose members equal those of `where`. */
  | { op: 'arrayUpdate'; where: Record<string, unknown>; update: Operation; path?: Path }
  /** Removes each such item. */
  | { op: 'remove'; where: Record<string, unknown>; path?: Path };

/** What the page sees of a key until its mutation has been answered, and the server's own data is there. */
export interface OptimisticChange<TVariables = unknown, TData = unknown> {
  key: QueryKey;
  /** A named operation, or a function, which must not change what it is given; one that gives nothing changes nothing. */
  update: Operation | Of<[current: unknown, variables: TVariables]>;
  /**
   * The answer is the data of the key (`true`), or this makes it of both, so that it need not be fetched. It is not
   * taken where another write of the key overlapped.
   */
  adopt?: boolean | Of<[answer: TData, base: unknown]>;
}

/** A function of data whose type the page knows: `(posts: Post[]) => …` is one. */
type Of<Arguments extends unknown[]> = { call(...given: Arguments): unknown }['call'];

/** The request of a mutation. */
export interface MutationRequest {
  url: string | URL;
  /** `POST` if left out. */
  method?: string;
  /** A text as it is, plain data as JSON; or what else `fetch` takes, but not in a durable mutation. */
  body?: unknown;
  /** Those that look like credentials are not stored: see {@link CacheOptions.outboxHeaders}. */
  headers?: Record<string, string>;
}

/** What a function that does a mutation gives: its data, alone or with the headers of the answer. */
export type MutationResult<TData> = TData | { data: TData; headers: Headers };

/** A mutation: a write, and what the page sees until it is done. */
export interface MutateOptions<TData = unknown, TVariables = unknown> {
  /** What is sent. It goes the way of any write: the server, or the entity map, says what it touches. */
  request?: MutationRequest;
  /**
   * Does it by other means. One of the two there must be. Where it gives `{ data, headers }`, with the headers of its answer,
   * what these invalidate is, and the data is the mutation's.
   */
  mutationFn?: (
    variables: TVariables,
    context: { signal: AbortSignal; idempotencyKey: string },
  ) => MutationResult<TData> | Promise<MutationResult<TData>>;
  /** Given to functions of this mutation. */
  variables?: TVariables;
  /** What subscribers and queries see at once; `fetch` does not. Taken back if it fails. */
  optimistic?: OptimisticChange<TVariables, TData> | OptimisticChange<TVariables, TData>[];
  /** Also invalidated once it is done, in the grammar of `X-Cache-Invalidate`: one text, or a target in each. */
  invalidates?: string | string[];
  /** Mutations of one scope run one after another; all others at once. */
  scope?: { id: string };
  /**
   * It is in localStorage before it is sent, and is sent until it is answered, after a reload or offline, too. It
   * needs a `request`, changes that are named operations, and somebody who is signed in.
   */
  durable?: boolean;
  /** What becomes of later durable mutations of its scope when it fails for good: they wait (`park`, default), or go on. */
  onDeadLetter?: 'park' | 'continue';
  /** How often it is sent again after an error that may pass; 0 if left out. A durable one is sent until it is too old. */
  retry?: number;
  /** From {@link Cache.tempId}: stands for the id of what is made, and is replaced by it once that is known. */
  tempId?: string;
  /** The id that the answer gives; its member `id` if left out, and after a reload. */
  realId?: (data: TData) => string | number;
  onSuccess?(data: TData, variables: TVariables): void;
  onError?(error: unknown, variables: TVariables): void;
  /** After either. */
  onSettled?(data: TData | undefined, error: unknown, variables: TVariables): void;
  /** Withdraws it. What it has changed on the server by then is not known. */
  signal?: AbortSignal;
}

/**
 * Where a mutation is: behind others of its scope, on its way, waiting for its next attempt, for its user to sign in
 * again (401, 403), or failed for good: a dead letter.
 */
export type MutationStatus = 'queued' | 'sending' | 'waiting' | 'paused' | 'dead';

/** A mutation that is not done. */
export interface MutationInfo {
  /** Its idempotency key. */
  readonly id: string;
  readonly status: MutationStatus;
  readonly durable: boolean;
  /** Its mutation scope. */
  readonly scope: string | undefined;
  /** Empty, as the URL is, for a `mutationFn`. */
  readonly method: string;
  readonly url: string;
  /** URLs of the keys that it changes. */
  readonly keys: readonly string[];
  /** How often it was sent. */
  readonly attempts: number;
  /** When `mutate` was called, in milliseconds since 1970. */
  readonly submittedAt: number;
  /** Why the last attempt failed, where that is known here. */
  readonly error: unknown;
}

/** The mutations that are not done: of this page, and durable ones of any tab and from before a reload. */
export interface Mutations {
  /** In the order of their submission; another list whenever something has changed. */
  readonly list: readonly MutationInfo[];
  /** Whether there are any but dead letters. */
  readonly isPending: boolean;
  /** Calls `listener` after each task in which something has changed, until the function given back is called. */
  subscribe(listener: (list: readonly MutationInfo[]) => void): () => void;
  /** Sends a dead letter once more. */
  retry(id: string): void;
  /** Gives up one that is not done, a dead letter above all. */
  discard(id: string): void;
}
