// @ts-check
/**
 * What data is made of: the answers that a page's function reads while it makes the data of a key. A call of `fetch` is
 * that function's where it is made before the function first waits, or with the signal that the function was given.
 */

/** @typedef {Set<string>} Tags */
/** Has the calls with a signal count, too. @typedef {(signal: AbortSignal) => void} Track */

/** The function that runs now. @type {{ origin: string, tags: Tags } | undefined} */
let running;
/** @type {WeakMap<AbortSignal, { origin: string, tags: Tags }>} */
const bySignal = new WeakMap();

/**
 * Runs a function that makes data, and collects what it reads.
 * @template T
 * @param {string} origin what is of another one is left out: nothing of it can be named with the key
 * @param {AbortSignal} signal
 * @param {Tags} tags
 * @param {(track: Track) => T} work
 * @returns {T}
 */
export function collect(origin, signal, tags, work) {
  const before = running;
  const maker = { origin, tags };
  /** @type {Track} */
  const track = (signal) => bySignal.set(signal, maker);
  running = maker;
  try {
    track(signal);
    return work(track);
  } finally {
    running = before;
  }
}

/**
 * An answer may be of what is being made.
 * @param {string} url
 * @param {AbortSignal | undefined} signal
 * @param {Promise<Response>} answer
 */
export function note(url, signal, answer) {
  const maker = running ?? (signal && bySignal.get(signal));
  if (!maker) {
    return;
  }
  const { origin, pathname, search } = new URL(url);
  if (maker.origin === origin) {
    const { tags } = maker;
    tags.add(JSON.stringify(pathname + search));
    answer.then(
      ({ headers }) => {
        for (const name of ['x-cache-tags', 'cache-groups']) {
          tags.add(headers.get(name) ?? '');
        }
      },
      () => {},
    );
  }
}
