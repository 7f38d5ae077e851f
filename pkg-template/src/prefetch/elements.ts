import { urlOf } from './element.js';
import type { Hover } from './hover.js';
import type { Idle } from './idle.js';
import type { Visible } from './visible.js';

const MARK = 'data-prefetch';
const BAN = 'data-no-prefetch';

/** An element that is marked. */
interface Marked {
  /** What it asks for, to see a change. */
  what: string;
  stop: () => void;
}

/**
 * Does what the marks below `root` say, also those of elements that are added, changed or removed later, until the
 * function given back is called: `data-prefetch="hover visible idle"`, `data-prefetch-url`, `data-no-prefetch`.
 */
export function watchElements(
  root: Document | DocumentFragment | Element,
  { hover, visible, idle }: { hover: Hover; visible: Visible; idle: Idle },
): () => void {
  const marked = new Map<Element, Marked>();

  const look = (element: Element) => {
    const kinds = root.contains(element) ? kindsOf(element) : [];
    const url = kinds.length ? urlOf(element) : undefined;
    const what = `${kinds} ${url}`;
    const before = marked.get(element);
    if (before?.what === what) {
      return;
    }
    if (before) {
      before.stop();
      hover.cancel(element);
      marked.delete(element);
    }
    if (url) {
      const stops: (() => void)[] = [];
      if (kinds.includes('visible')) stops.push(visible.watch(element));
      if (kinds.includes('idle')) stops.push(idle.add(url));
      marked.set(element, {
        what,
        stop() {
          for (const stop of stops) stop();
        },
      });
    }
  };
  const lookBelow = (node: Node) => {
    if ('querySelectorAll' in node) {
      const top = node as Element;
      for (const element of [top, ...top.querySelectorAll(`[${MARK}]`)]) look(element);
    }
  };

  const observer = new MutationObserver((records) => {
    for (const { type, target, attributeName, addedNodes, removedNodes } of records) {
      if (type === 'childList') {
        for (const node of [...removedNodes, ...addedNodes]) lookBelow(node);
      } else if (attributeName === BAN) {
        lookBelow(target);
      } else {
        look(target as Element);
      }
    }
  });
  observer.observe(root, {
    subtree: true,
    childList: true,
    attributeFilter: [MARK, `${MARK}-url`, BAN, 'href'],
  });
  for (const element of root.querySelectorAll(`[${MARK}]`)) look(element);

  const find = (target: Element) => {
    const link = target.closest(`[${MARK}]`);
    return link && kindsOf(link).includes('hover') ? link : null;
  };
  const unhover = hover.watch(root, find);
  return () => {
    observer.disconnect();
    unhover();
    for (const [element, { stop }] of marked) {
      stop();
      hover.cancel(element);
    }
    marked.clear();
  };
}

function kindsOf(element: Element): string[] {
  return (element.getAttribute(MARK) ?? '').split(/[\s|]+/).filter(Boolean);
}
