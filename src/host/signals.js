// @ts-check
/**
 * What the browser says of the page.
 */

/** A page that is never idle gets its turn after this many milliseconds. */
const PATIENCE = 2000;
/** Where the browser can't tell idle time (WebKit, workers), this many milliseconds stand for it. */
const GUESS = 50;

/**
 * Does this once, when the browser is idle.
 * @param {() => void} work
 */
export function whenIdle(work) {
  if ('requestIdleCallback' in globalThis) {
    requestIdleCallback(work, { timeout: PATIENCE });
  } else {
    setTimeout(work, GUESS);
  }
}

/**
 * What is to be done when the page changes.
 * @typedef {object} Watcher
 * @property {() => void} hidden nobody sees it any more, and it may never come back
 * @property {() => void} left it is gone, or lies in the back-forward cache
 * @property {() => void} back it has come back from there
 * @property {() => void} seen somebody looks at it again
 * @property {(online: boolean) => void} connected whether there is a network
 * @property {() => void} look other documents may have written what it has not seen
 */

/**
 * Tells a watcher, until the function given back is called. A worker is told nothing.
 * @param {Watcher} watcher
 */
export function watch({ hidden, left, back, seen, connected, look }) {
  const page = globalThis.document;
  const ended = new AbortController();
  /** @param {EventTarget} target @param {string} name @param {(event: any) => void} work */
  const on = (target, name, work) =>
    page && target.addEventListener(name, work, { signal: ended.signal });
  const change = () => (page.visibilityState === 'hidden' ? hidden() : seen());
  on(page, 'visibilitychange', change);
  on(globalThis, 'focus', seen);
  on(globalThis, 'online', () => connected(true));
  on(globalThis, 'offline', () => connected(false));
  on(page, 'resume', look);
  on(globalThis, 'pagehide', left);
  on(globalThis, 'pageshow', ({ persisted }) => persisted && back());
  // A change of entries, or of the head, says nothing that a journal does not; the outbox is in none.
  on(globalThis, 'storage', ({ key }) => {
    if (key === null || /^everfresh:(j|epoch|o:)/.test(key)) {
      look();
    }
  });
  if (page?.visibilityState === 'hidden') {
    hidden();
  }
  if (navigator.onLine === false) {
    connected(false);
  }
  return () => ended.abort();
}
