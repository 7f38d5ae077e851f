/**
 * What makes a page prefetch beside its own calls: somebody points at a link, a link comes into view, the browser is idle.
 *
 * @module
 */
import type {
  BatchItem,
  BatchOptions,
  HoverOptions,
  IdleOptions,
  PrefetchResult,
  VisibleOptions,
} from '../prefetching.js';
import { batch } from './batch.js';
import type { Prefetch } from './element.js';
import { watchElements } from './elements.js';
import { Hover } from './hover.js';
import { Idle } from './idle.js';
import { Visible } from './visible.js';

/** The triggers of a cache. What each gives back ends it. */
export class Triggers {
  readonly prefetch: Prefetch;
  readonly #navigate: (url: string) => string[];
  readonly #hover: Hover;
  readonly #visible: Visible;
  readonly #idle: Idle;
  /** What is watched for marks, and how often that is wanted. */
  readonly #roots = new Map<Node, { count: number; stop: () => void }>();

  constructor(prefetch: Prefetch, navigate: (url: string) => string[]) {
    this.prefetch = prefetch;
    this.#navigate = navigate;
    this.#hover = new Hover(prefetch);
    this.#visible = new Visible(prefetch);
    this.#idle = new Idle(prefetch);
  }

  hover(element: Element, url?: string | URL, { delay }: HoverOptions = {}): () => void {
    const stop = this.#hover.watch(element, () => element, delay, url);
    return () => {
      stop();
      this.#hover.cancel(element);
    };
  }

  /** Somebody points at what leads to a URL. */
  intend(url: string, { delay }: HoverOptions = {}): () => void {
    this.#hover.intend(url, delay);
    return () => this.#hover.cancel(url);
  }

  cancelHover(target: Element | string): void {
    this.#hover.cancel(target);
  }

  visible(element: Element, url?: string | URL, options?: VisibleOptions): () => void {
    return this.#visible.watch(element, url, options);
  }

  /** One after the other. */
  idle(urls: readonly (string | URL)[], { timeout }: IdleOptions = {}): () => void {
    const idle = new Idle(this.prefetch, timeout);
    const stops = urls.map((url) => idle.add(url));
    return () => {
      for (const stop of stops) stop();
    };
  }

  batch(
    items: readonly (string | URL | BatchItem)[],
    options?: BatchOptions,
  ): Promise<PrefetchResult[]> {
    return batch(this.prefetch, items, options);
  }

  /** A page was visited: prefetches what those need that are likely to come next. */
  navigate(url: string, urls: (page: string) => readonly string[]): Promise<PrefetchResult[]> {
    const next = this.#navigate(url).flatMap(urls);
    return Promise.all(next.map((one) => this.prefetch(one, { trigger: 'predicted' })));
  }

  /** Where there is no document, there is nothing to watch; a root that is watched already is watched once. */
  elements(root: Document | DocumentFragment | Element | undefined): () => void {
    if (!root) {
      return () => {};
    }
    const triggers = { hover: this.#hover, visible: this.#visible, idle: this.#idle };
    const watch = this.#roots.get(root) ?? { count: 0, stop: watchElements(root, triggers) };
    this.#roots.set(root, watch);
    watch.count += 1;
    return () => {
      watch.count -= 1;
      if (!watch.count) {
        watch.stop();
        this.#roots.delete(root);
      }
    };
  }
}
