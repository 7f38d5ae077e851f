// @ts-check
/**
 * The arguments of a `fetch` call, read without consuming anything of them.
 */
/** @import { Target } from './target.js' */

/**
 * @typedef {object} Call
 * @property {string} method in upper case
 * @property {string} url absolute
 * @property {string[]} headers set by the page: names in lower case and values in turn
 * @property {number} cache its place in {@link CACHE}; behind that: leave the cache alone
 * @property {string} variant a `credentials` mode that is not the default, or nothing
 * @property {boolean} opaque something that a cache can't honour, or that only `fetch` itself can judge
 * @property {AbortSignal | undefined} signal
 * @property {unknown} body of the second argument
 * @property {boolean} safe by its method
 */

const CACHE = ['default', 'reload', 'no-cache', 'force-cache', 'only-if-cached'];
const CREDENTIALS = ['same-origin', 'include', 'omit'];

/** What a request of ours takes over from the page's arguments; named, since they may be getters of a class. */
export const MEMBERS = /** @type {const} */ ([
  'method',
  'headers',
  'referrer',
  'referrerPolicy',
  'mode',
  'credentials',
  'redirect',
  'integrity',
  'keepalive',
  'priority',
]);

/**
 * What is asked for; `undefined` where native `fetch` is to be called without us.
 * @param {Target} target
 * @returns {Call | undefined}
 */
export function decode(target) {
  try {
    return describe(target);
  } catch {
    // A getter of the page's that throws: it will throw in native fetch as well.
    return undefined;
  }
}

/** What breaks a call off. @param {Target} target @returns {AbortSignal | undefined} */
export function signalOf({ request, init }) {
  try {
    return init.signal ?? request?.signal;
  } catch {
    // Native fetch says what is wrong.
    return undefined;
  }
}

/**
 * @param {Target} target
 * @returns {Call}
 */
function describe({ request, init, method, url, safe }) {
  /** @param {string} name @param {unknown} [fallback] */
  const get = (name, fallback) =>
    init[name] === undefined
      ? (request?.[/** @type {keyof Request} */ (name)] ?? fallback)
      : init[name];
  const cache = CACHE.indexOf(`${get('cache', 'default')}`);
  const credentials = `${get('credentials', 'same-origin')}`;
  const mode = get('mode', 'cors');
  const signal = get('signal') ?? undefined;
  const headers = list(get('headers'));
  return {
    method,
    url: url.href,
    safe,
    headers: headers ?? [],
    cache: cache < 0 ? CACHE.length : cache,
    variant: credentials === 'same-origin' ? '' : credentials,
    signal: signal instanceof AbortSignal ? signal : undefined,
    body: init.body,
    opaque:
      !headers ||
      headers.some((name, index) => index % 2 === 0 && /^(range|if-.*)$/.test(name)) ||
      !(
        (mode === 'cors' && cache !== 4) || // the browser refuses it there
        (mode === 'same-origin' && url.origin === location.origin)
      ) ||
      get('redirect', 'follow') !== 'follow' ||
      `${get('integrity', '')}` !== '' ||
      !CREDENTIALS.includes(credentials) ||
      (signal !== undefined && !(signal instanceof AbortSignal)) ||
      (init.window ?? null) !== null ||
      ((init.body ?? null) !== null && safe) ||
      !isRegular(init),
  };
}

/**
 * The second argument of a flight: the page's, with a cache mode and a signal of ours, and a condition where there is one.
 * @param {any[]} args
 * @param {RequestCache} cache
 * @param {AbortSignal} signal
 * @param {string[]} condition name and value of a header
 */
export function flightInit([input, given], cache, signal, [name, value]) {
  const init = { ...given };
  // Any second argument makes the browser forget a Request's referrer.
  const { referrer, referrerPolicy } = Object(input);
  const request = { referrer, referrerPolicy };
  for (const member of MEMBERS) {
    const own = given?.[member] ?? /** @type {any} */ (request)[member];
    if (own !== undefined) {
      init[member] = own;
    }
  }
  if (name) {
    init.headers = new Headers(init.headers ?? Object(input).headers);
    init.headers.set(name, value);
    // Without it the browser says `no-cache`, to which some servers give no 304.
    if (!init.headers.has('cache-control')) {
      init.headers.set('cache-control', 'max-age=0');
    }
  }
  return { ...init, cache, signal };
}

/**
 * String and number members of a JSON text's top level, names and values in turn.
 * @param {unknown} text
 * @param {string[]} names
 * @returns {string[]}
 */
export function pick(text, names) {
  if (!names.length || typeof text !== 'string') {
    return [];
  }
  try {
    const value = JSON.parse(text);
    return names.flatMap((name) =>
      Object.hasOwn(value, name) && isId(value[name]) ? [name, `${value[name]}`] : [],
    );
  } catch {
    return [];
  }
}

/**
 * Whether this can be an id. One with a line feed in it would read as two.
 * @param {unknown} value
 */
function isId(value) {
  return typeof value === 'number' || (typeof value === 'string' && !value.includes('\n'));
}

/**
 * Headers as a flat list; `undefined` for those that can't be read twice or not at all.
 * @param {any} given
 */
function list(given) {
  try {
    // An iterator gives itself, and gives its members only once.
    return given?.[Symbol.iterator] && given[Symbol.iterator]() === given
      ? undefined
      : [...new Headers(given)].flat();
  } catch {
    return undefined;
  }
}

/**
 * Whether the browser takes those members that nothing here looks at.
 * @param {RequestInit} init
 */
function isRegular({ referrer, referrerPolicy, priority }) {
  if (referrer === undefined && referrerPolicy === undefined && priority === undefined) {
    return true;
  }
  try {
    const given = /** @type {RequestInit} */ ({ referrer, referrerPolicy, priority });
    return !!new Request(location.href, given);
  } catch {
    return false;
  }
}
