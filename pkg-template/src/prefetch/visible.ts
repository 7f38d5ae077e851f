import type { VisibleOptions } from '../prefetching.js';
import { type Prefetch, urlOf } from './element.js';

/** Is told whether its element is in view. */
type See = (isVisible: boolean) => void;

/** Prefetches once for an element that comes into view. */
export class Visible {
  readonly #prefetch: Prefetch;
  /** One for each set of options. */
  readonly #sights = new Map<string, Sight>();

  constructor(prefetch: Prefetch) {
    this.#prefetch = prefetch;
  }

  watch(
    element: Element,
    url?: string | URL,
    { threshold = 0, rootMargin = '200px', dwell = 0 }: VisibleOptions = {},
  ): () => void {
    const sight = this.#sight(threshold, rootMargin);
    const ended = new AbortController();
    let timer: number | undefined;
    const send = () => {
      sight.remove(element, see);
      const found = urlOf(element, url);
      if (found) {
        this.#prefetch(found, { trigger: 'visible', signal: ended.signal });
      }
    };
    const see = (isVisible: boolean) => {
      clearTimeout(timer);
      if (isVisible) {
        timer = setTimeout(send, dwell);
      }
    };
    sight.add(element, see);
    return () => {
      sight.remove(element, see);
      clearTimeout(timer);
      ended.abort();
    };
  }

  #sight(threshold: number, rootMargin: string): Sight {
    const name = `${threshold} ${rootMargin}`;
    const sight = this.#sights.get(name) ?? new Sight(threshold, rootMargin);
    this.#sights.set(name, sight);
    return sight;
  }
}

/** An observer for all who have the same options. */
class Sight {
  readonly #observer: IntersectionObserver;
  /** Who watches what. An element that goes away takes its own with it. */
  readonly #watches = new WeakMap<Element, Set<See>>();

  constructor(threshold: number, rootMargin: string) {
    const see = (entries: IntersectionObserverEntry[]) => {
      for (const { target, isIntersecting, intersectionRatio } of entries) {
        for (const see of [...(this.#watches.get(target) ?? [])]) {
          see(isIntersecting && intersectionRatio >= threshold);
        }
      }
    };
    this.#observer = new IntersectionObserver(see, { threshold, rootMargin });
  }

  add(element: Element, see: See): void {
    this.#watches.set(element, (this.#watches.get(element) ?? new Set()).add(see));
    // Whoever comes later is told of what is in view already.
    this.#observer.unobserve(element);
    this.#observer.observe(element);
  }

  remove(element: Element, see: See): void {
    const watches = this.#watches.get(element);
    watches?.delete(see);
    if (watches?.size === 0) {
      this.#watches.delete(element);
      this.#observer.unobserve(element);
    }
  }
}
