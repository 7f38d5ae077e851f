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
 * Does this whenever the page is about to go, or is hidden and so may never come back, until the function
 * given back is called. A worker is told nothing.
 * @param {() => void} work
 */
export function onLeave(work) {
  const page = globalThis.document;
  const hidden = () => page.visibilityState === 'hidden' && work();
  page?.addEventListener('visibilitychange', hidden);
  globalThis.addEventListener('pagehide', work);
  return () => {
    page?.removeEventListener('visibilitychange', hidden);
    globalThis.removeEventListener('pagehide', work);
  };
}
