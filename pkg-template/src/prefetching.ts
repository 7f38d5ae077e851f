/** What makes a page prefetch. */
export type PrefetchTrigger = 'script' | 'hover' | 'visible' | 'idle' | 'batch' | 'predicted';

/** Options of `Cache.prefetch`. */
export interface PrefetchOptions {
  /** What it is counted as; `script` if left out. */
  trigger?: PrefetchTrigger;
  /** From 0 to 255; the highest is sent first. Left out, the trigger says it. */
  priority?: number;
  /** Gives it up: it is not sent, or aborted if nobody else wants it. */
  signal?: AbortSignal;
}

/** What came of a prefetch. */
export interface PrefetchResult {
  /** As it was asked for. */
  url: string;
  /**
   * `fetched`: its answer is there. `cached`: what is there is good. `joined`: it was asked for already. `late`: an
   * invalidation or a write met its answer, which was not kept. `skipped`: nothing was sent, and `reason` says why.
   */
  status: 'fetched' | 'cached' | 'joined' | 'late' | 'aborted' | 'failed' | 'skipped';
  /**
   * Another origin that is not allowed; a path that is avoided; a network, or a user, that is to be spared; nobody sees
   * the page; there is no network; the last minute has cost enough; too many wait; there is no cache.
   */
  reason?: 'origin' | 'path' | 'data-saver' | 'hidden' | 'offline' | 'budget' | 'full' | 'off';
}

/** Options of `Cache.prefetchOnHover`. */
export interface HoverOptions {
  /** Milliseconds for which the pointer, or the focus, must stay; 65 if left out. */
  delay?: number;
}

/** Options of `Cache.prefetchOnVisible`. */
export interface VisibleOptions {
  /** How much of the element must be in view, from 0 to 1; 0 if left out. */
  threshold?: number;
  /** How far from the view still counts; `200px` if left out. */
  rootMargin?: string;
  /** Milliseconds for which it must stay in view; 0 if left out. */
  dwell?: number;
}

/** Options of `Cache.prefetchOnIdle`. */
export interface IdleOptions {
  /** Milliseconds after which a page that is never idle prefetches all the same. */
  timeout?: number;
}

/** A URL of a batch. */
export interface BatchItem {
  url: string | URL;
  /** From -50 to 50; the highest is asked for first. 0 if left out. */
  priority?: number;
}

/** Options of `Cache.prefetchBatch`. */
export interface BatchOptions {
  /** How many are asked for at a time; 3 if left out. */
  concurrency?: number;
  /** Gives up all that are not done. */
  signal?: AbortSignal;
}

/** What became of the prefetches of one trigger. */
export interface PrefetchAccount {
  /** Requests that were sent. Each is in exactly one of the others. */
  sent: number;
  /** Somebody was given the answer. */
  used: number;
  /** Its time ran out first, or it was replaced. */
  expired: number;
  invalidated: number;
  evicted: number;
  aborted: number;
  failed: number;
  /** Not used yet. */
  pending: number;
  usedBytes: number;
  wastedBytes: number;
  /** Milliseconds that nobody had to wait, in all. */
  savedMs: number;
}

/** What became of all prefetches. A trigger that sent nothing may be missing. */
export type PrefetchStats = Partial<Record<PrefetchTrigger, PrefetchAccount>>;

/** Options of `SmartPrefetcher`. */
export interface SmartPrefetcherOptions {
  /** What a page needs, as URLs to be prefetched; the page itself if left out. */
  urls?: (page: string) => readonly string[];
}

/** A page that may come next. */
export interface Prediction {
  url: string;
  /** From 0 to 1. */
  probability: number;
  /** How many pages before it were looked at: 2 or 1. */
  order: number;
}

/** Why a page would be prefetched now, or would not. */
export interface Explanation {
  /**
   * `cold`: too little was seen from here. `unlikely`: below the threshold. `unwanted`: it is there already, or must not be
   * prefetched. `budget`: it would waste more than may be risked in this minute.
   */
  verdict: 'prefetch' | 'cold' | 'unlikely' | 'unwanted' | 'budget';
  /** How likely it is to be the next page, from 0 to 1. */
  probability: number;
  /** What that has to reach on this network. */
  threshold: number;
  order: number;
  /** Bytes that it is expected to have. */
  size: number;
  /** Bytes that are expected to be wasted by it. */
  waste: number;
  /** Bytes that may still be risked in this minute. */
  allowance: number;
  /** What speaks for it: the longest and narrowest context first. */
  evidence: {
    /** Pages, or their patterns, the last one at the end. */
    context: string;
    order: number;
    /** What part of the probability it decides. */
    share: number;
    /** How often the page came next, old visits counting less. */
    count: number;
    /** How often any page did. */
    total: number;
  }[];
}

/** What is never prefetched, and how much is. */
export interface PrefetchLimits {
  /** Other origins than the page's that may be prefetched from. */
  origins?: string[];
  /** Words that keep a URL from being prefetched, in its path or query; `logout`, `delete` and their like if left out. */
  avoid?: string[];
  /** How many requests are under way at a time; 3 if left out. */
  concurrency?: number;
  /** Bytes in a minute; 2,000,000 if left out. */
  bytesPerMinute?: number;
  /** Bytes in a minute that predictions may be expected to waste; 250,000 if left out. */
  wastePerMinute?: number;
  /** Milliseconds after which what was learnt counts half; 30 days if left out. */
  halfLife?: number;
  /** From which probability on a page is prefetched, by how fast the network is; .15, .30, .45 and .60 if left out. */
  thresholds?: Partial<Record<'4g' | '3g' | '2g' | 'slow-2g', number>>;
}

/** How a cache prefetches. */
export interface Prefetching {
  /**
   * Asks for a URL before anybody wants it, when the page's own requests are done; the limits are in the documentation.
   * The promise is never rejected.
   */
  prefetch(url: string | URL, options?: PrefetchOptions): Promise<PrefetchResult>;
  /**
   * Prefetches when the pointer or the keyboard's focus stays on an element, and at once when it is pressed; leaving it
   * aborts what nobody else wants. Without a URL, its `data-prefetch-url` or `href` counts. The function given back ends it.
   */
  prefetchOnHover(element: Element, url?: string | URL, options?: HoverOptions): () => void;
  /**
   * The same for who sees for themselves when the pointer comes and goes: it has come. The function given back gives it
   * up, as `cancelHoverPrefetch` of this URL does.
   */
  prefetchOnHover(url: string | URL, options?: HoverOptions): () => void;
  /** Gives up what pointing at an element, or for a URL, has begun; the next time counts again. */
  cancelHoverPrefetch(target: Element | string | URL): void;
  /** Prefetches once when an element comes into view. The function given back ends it. */
  prefetchOnVisible(element: Element, url?: string | URL, options?: VisibleOptions): () => void;
  /** Prefetches one URL after the other while the browser is idle. The function given back ends it. */
  prefetchOnIdle(url: string | URL | readonly (string | URL)[], options?: IdleOptions): () => void;
  /** Prefetches a list, the highest priority first; what came of each, in the order of the list. */
  prefetchBatch(
    items: readonly (string | URL | BatchItem)[],
    options?: BatchOptions,
  ): Promise<PrefetchResult[]>;
  /**
   * Heeds `data-prefetch`, `data-prefetch-url` and `data-no-prefetch` below `root`, which is the document if left out, also
   * on elements that come later. The function given back ends it.
   */
  prefetchElements(root?: Document | DocumentFragment | Element): () => void;
  /**
   * A page was visited: it is learnt from that, and what is likely enough to come next is prefetched. What came of it. Of
   * a page that is not of HTTP nothing is learnt. See `SmartPrefetcher`.
   *
   * @throws {TypeError} for what is no URL
   */
  navigate(url: string | URL, options?: SmartPrefetcherOptions): Promise<PrefetchResult[]>;
  /** The pages that are likely to come next, the likeliest first; 5 if left out. */
  predict(most?: number): Prediction[];
  /**
   * Why a page would be prefetched now, or would not; nothing before a page was visited.
   *
   * @throws {TypeError} for what is no URL
   */
  explain(url: string | URL): Explanation | undefined;
  /** What became of what was prefetched: used or wasted, by trigger. */
  prefetchStats(): PrefetchStats;
}
