// @ts-check

/**
 * @typedef {import('everfresh').Cache} Cache
 *
 * @typedef {object} Demo what tests and a curious visitor find as `globalThis.demo`
 * @property {Cache | null} cache `null` while it starts; its `failure` says why it could not
 * @property {Promise<void>} ready settles after the first render
 */

/** `fetch` as the browser made it: for the demo's own switches, which no cache should see. */
export const plainFetch = globalThis.fetch.bind(globalThis);

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
    return cache.failure === undefined
      ? { cache, reason: '' }
      : { cache: null, reason: cache.failure.message };
  } catch (error) {
    return { cache: null, reason: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** @returns {Promise<Cache>} */
async function begin() {
  const [{ install }, config] = await Promise.all([import('everfresh'), rules()]);
  return install({ ...config, scope: { id: 'demo' } });
}

async function rules() {
  const response = await plainFetch('/everfresh.json');
  if (!response.ok) {
    throw new Error(`its rules could not be loaded (${response.status})`);
  }
  return response.json();
}
