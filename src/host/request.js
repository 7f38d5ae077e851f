// @ts-check
/**
 * The arguments of a `fetch` call, read without consuming anything of them.
 */

/**
 * @typedef {object} Call
 * @property {string} method in upper case
 * @property {string} url absolute
 * @property {string[] | undefined} headers set by the page: names in lower case and values in turn
 * @property {number} cache 0: default, 1: refetch, 2: leave the cache alone
 * @property {boolean} reload the page asked for `cache: 'reload'`
 * @property {string | undefined} variant a `credentials` mode that is not the default
 * @property {boolean} opaque something that a cache can't honour, or that only `fetch` itself can judge
 * @property {AbortSignal | undefined} signal
 * @property {unknown} body of the second argument
 */

const SAFE = ['GET', 'HEAD', 'OPTIONS'];
const CACHE = ['default', 'reload', 'no-cache'];
const CREDENTIALS = ['same-origin', 'include', 'omit'];

/** What a flight takes over from the page's arguments; named, since they may be getters of a class. */
const MEMBERS = /** @type {const} */ ([
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

/** @param {Call} call */
export const isSafe = (call) => SAFE.includes(call.method);

/** @param {string} text */
const base = (text) => new URL(text, globalThis.document?.baseURI ?? location.href);

/** @param {unknown} value @returns {value is Request} */
const isRequest = (value) => Object.prototype.toString.call(value) === '[object Request]';

/**
 * What these arguments ask for; `undefined` where native `fetch` is to be called without us. Throws where
 * a getter of theirs throws.
 * @param {any[]} args
 * @returns {Call | undefined}
 */
export function decode([input, given]) {
  const init = given ?? {};
  const request = isRequest(input) ? input : undefined;
  const url = base(request ? request.url : input);
  if (!/^https?:$/.test(url.protocol) || url.username || url.password || Object(init) !== init) {
    return undefined;
  }
  /** @param {string} name @param {unknown} [fallback] */
  const get = (name, fallback) =>
    init[name] === undefined ? (request?.[/** @type {keyof Request} */ (name)] ?? fallback) : init[name];
  const method = `${get('method', 'GET')}`.toUpperCase();
  const cache = CACHE.indexOf(`${get('cache', 'default')}`);
  const credentials = `${get('credentials', 'same-origin')}`;
  const mode = get('mode', 'cors');
  const signal = get('signal') ?? undefined;
  const headers = list(get('headers'));
  return {
    method,
    url: url.href,
    headers,
    cache: cache < 0 ? 2 : Math.min(cache, 1),
    reload: cache === 1,
    variant: credentials === 'same-origin' ? undefined : credentials,
    signal: signal instanceof AbortSignal ? signal : undefined,
    body: init.body,
    opaque:
      !headers ||
      headers.some((name, index) => index % 2 === 0 && /^(range|if-.*)$/.test(name)) ||
      !(mode === 'cors' || (mode === 'same-origin' && url.origin === location.origin)) ||
      get('redirect', 'follow') !== 'follow' ||
      `${get('integrity', '')}` !== '' ||
      !CREDENTIALS.includes(credentials) ||
      (signal !== undefined && !(signal instanceof AbortSignal)) ||
      (init.window ?? null) !== null ||
      ((init.body ?? null) !== null && SAFE.includes(method)) ||
      !isRegular(init),
  };
}

/**
 * The second argument of a flight: the page's, with a cache mode and a signal of ours.
 * @param {any[]} args
 * @param {RequestCache} cache
 * @param {AbortSignal} signal
 */
export function flightInit([input, given], cache, signal) {
  const init = { ...given };
  // Any second argument makes the browser forget a Request's referrer.
  const request = isRequest(input) ? { referrer: input.referrer, referrerPolicy: input.referrerPolicy } : {};
  for (const name of MEMBERS) {
    const value = given?.[name] ?? /** @type {any} */ (request)[name];
    if (value !== undefined) {
      init[name] = value;
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
      Object.hasOwn(value, name) && /^(string|number)$/.test(typeof value[name]) ? [name, `${value[name]}`] : [],
    );
  } catch {
    return [];
  }
}

/**
 * Headers as a flat list; `undefined` for those that can't be read twice or not at all.
 * @param {any} given
 */
function list(given) {
  try {
    // An iterator gives itself, and gives its members only once.
    return given?.[Symbol.iterator] && given[Symbol.iterator]() === given ? undefined : [...new Headers(given)].flat();
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
    return !!new Request(location.href, { referrer, referrerPolicy, priority });
  } catch {
    return false;
  }
}
