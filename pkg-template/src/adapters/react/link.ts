import type { AnchorHTMLAttributes, ElementType, ReactNode, Ref } from 'react';
import { useRoot } from './context.js';
import { createElement, forwardRef, useEffect } from './react.js';

/** When a link prefetches. */
type When = 'hover' | 'visible' | 'idle';

/** Properties of {@link PrefetchLink}, beside those of a link. */
export interface PrefetchLinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  /** When: `hover` if left out. */
  prefetch?: When | readonly When[];
  /** What: where the link leads, if left out; the data of that page, as a rule. */
  url?: string;
  /** The component that is rendered, such as a router's link; `a` if left out. It hands on `data-` attributes. */
  as?: ElementType;
  /** Anything that component takes. */
  [property: string]: unknown;
  children?: ReactNode;
}

/**
 * A link that prefetches: on pointing at it, or focusing or pressing it, when it comes into view, or when the browser is idle.
 *
 * ```tsx
 * <PrefetchLink href={`/stories/${id}`} url={`/api/stories/${id}`} prefetch={['hover', 'visible']}>Edit</PrefetchLink>
 * <PrefetchLink as={Link} to={`/stories/${id}`} url={`/api/stories/${id}`}>Edit</PrefetchLink>
 * ```
 */
export const PrefetchLink = forwardRef(function PrefetchLink(
  { prefetch = 'hover', url, as = 'a', ...rest }: PrefetchLinkProps,
  ref: Ref<HTMLAnchorElement>,
): ReactNode {
  const { cache } = useRoot();
  useEffect(() => cache?.prefetchElements(), [cache]);
  const marks = { 'data-prefetch': [prefetch].flat().join(' '), 'data-prefetch-url': url };
  return createElement(as, { ...rest, ...marks, ref });
});
