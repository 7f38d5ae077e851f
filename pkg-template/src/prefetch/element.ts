import type { Cache } from '../types.js';

/** Asks for a URL ahead of time. */
export type Prefetch = Cache['prefetch'];

/**
 * What to prefetch for an element: `url`, its `data-prefetch-url`, or where it leads. Nothing where `data-no-prefetch`
 * stands on it or around it.
 */
export function urlOf(element: Element, url?: string | URL): string | URL | undefined {
  if (element.closest('[data-no-prefetch]')) {
    return undefined;
  }
  const found =
    url ?? element.getAttribute('data-prefetch-url') ?? element.getAttribute('href') ?? '';
  // A place on this page is there already.
  return /^(#|$)/.test(`${found}`) ? undefined : found;
}
