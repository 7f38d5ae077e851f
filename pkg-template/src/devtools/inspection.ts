/** What the overlay asks the engine. The answers are the engine's own; nothing is decided here. Times are milliseconds since 1970. */
import type { CacheEvent } from '../types.js';

/** An entry, wherever it is. */
export interface Entry {
  key: string;
  url: string;
  tags: string[];
  sent: number;
  received: number;
  generated: number;
  freshUntil: number;
  expires: number;
  /** 0: it was not marked stale. */
  staleSince: number;
  size: number;
  /** 0: it is not in memory. */
  body: number;
  stored: 'no' | 'pending' | 'yes';
  /** The page has set it. */
  local: boolean;
  prefetched: boolean;
  /** Names of request headers. */
  varies: string;
}

export interface ListedEntry extends Entry {
  watchers: number;
  fetching: boolean;
}

/** Something that happened, and the number of the step that led to it. */
export type Step = (
  | Exclude<CacheEvent, { type: 'alert' | 'flags' }>
  | { type: 'request'; url: string; reason: string }
  | { type: 'write'; method: string; url: string; status: number; mutation: string | null }
) & { number: number; time: number; because: number };

export interface Body {
  status: number;
  headers: string[];
  text: string;
  isText: boolean;
}

export interface Details {
  entry?: Entry;
  stored?: Entry;
  /** What is in localStorage is no entry. */
  unfit?: 'outdated' | 'unreadable';
  /** What led to the entry, the last step first. */
  chain?: Step[];
  item?: string;
  memoryBody?: Body | undefined;
  storedBody?: Body | undefined;
}

export interface DryRun {
  count: number;
  dropped: number;
  memory: number;
  storage: number;
  watches: number;
  /** The first 200. */
  hits: { key: string; drops: boolean }[];
}

export interface EngineState {
  document: string;
  scope: string;
  displaced: boolean;
  stores: boolean;
  records: number;
  flights: number;
  writes: number;
  watches: number;
  unwritten: number;
  unscanned: number;
}

/** How the connection is on which the server says what is old: `src/host/push.js`. */
export interface PushState {
  document: string;
  status: 'connecting' | 'open' | 'waiting' | 'offline';
  /** When the server was last heard; 0: not yet. */
  heard: number;
  /** By how many milliseconds that came later than the quickest. */
  lag: number;
  events: number;
  echoes: number;
}

export type Fetch = (args: unknown[]) => Promise<Response>;

export interface Inspector {
  readonly isOpen: boolean;
  readonly document: string;
  readonly leads: boolean;
  /** Nothing where the page wants none. */
  readonly push: PushState | undefined;
  entries(from: number, count: number): { entries: ListedEntry[]; more: boolean };
  details(key: string): Details;
  dryRun(targets: string[], stale: boolean): DryRun | undefined;
  steps(after: number): Step[];
  state(): EngineState | undefined;
  layers(): [url: string, count: number][];
  forget(layer: 'memory' | 'storage'): void;
  signal(online: boolean): void;
  simulate(
    network: ((args: unknown[], native: Fetch) => Promise<Response>) | undefined,
    isMute: boolean,
  ): void;
  askServer(url: string): Promise<Response>;
}
