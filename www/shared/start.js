// @ts-check

// First of all: what it puts below the cache must be there before.
import { plainFetch } from './connection.js';
import { whilePrefetching } from './prefetching.js';

/**
 * @typedef {import('everfresh').Cache} Cache
 *
 * @typedef {object} Demo what tests and a curious visitor find as `globalThis.demo`
 * @property {Cache | null} cache `null` while it starts; its `failure` says why it could not
 * @property {Promise<void>} ready settles after the first render
 */

/** Who is signed in: the demo asks nobody, but what is kept must be somebody's. */
const WRITER = 'demo';

/** How long a page waits for the cache before it goes on without. Milliseconds. */
const PATIENCE = 5_000;

/** @type {() => void} */
let settle = () => {};

/** @type {Demo} */
const demo = {
  cache: null,
  ready: new Promise((resolve) => {
    settle = resolve;
  }),
};
Object.assign(globalThis, { demo });

/** @type {Cache | null} */
let alive = null;

/** The cache, while it runs; without it the page works as any page does. */
export function running() {
  return alive;
}

/** Says that the writer is signed in, which edits wait for that the server has answered with 401 or 403. */
export function signIn() {
  alive?.setScope({ id: WRITER });
}

/** Says that the first render is done, whatever came of it. */
export function rendered() {
  settle();
}

/**
 * Starts the cache with the rules that the server publishes. Never fails: without the cache the page
 * works as any page does, and `reason` says what was missing.
 *
 * @returns {Promise<{ cache: Cache | null, reason: string }>}
 */
export async function start() {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  try {
    /** @type {Promise<never>} */
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('it took too long to start')), PATIENCE);
    });
    const cache = await Promise.race([begin(), late]);
    demo.cache = cache;
    if (cache.failure !== undefined) {
      return { cache: null, reason: cache.failure.message };
    }
    alive = cache;
    // By the marks in the page's HTML. The option `prefetchHtml` does the same, without an end.
    whilePrefetching(() => cache.prefetchElements());
    cache.events((event) => {
      if (event.type === 'problem' && event.code === 'wasm-unavailable') {
        alive = null;
      }
    });
    return { cache, reason: '' };
  } catch (error) {
    return { cache: null, reason: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** @returns {Promise<Cache>} */
async function begin() {
  const [{ install }, config] = await Promise.all([import('everfresh'), rules()]);
  return install({ ...config, scope: { id: WRITER } });
}

async function rules() {
  const response = await plainFetch('/everfresh.json');
  if (!response.ok) {
    throw new Error(`its rules could not be loaded (${response.status})`);
  }
  return response.json();
}
