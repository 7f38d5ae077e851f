// @ts-check
/**
 * Keys of queries. Data that is not a URL's has a URL all the same, below a path that no server needs, so that
 * whatever names URLs names keys: the journal, messages, patterns.
 */
import { resolve } from './address.js';

const PATH = '/.key/';

/**
 * The URL of a key, absolute and without a fragment.
 * @param {unknown} key
 * @returns {string}
 */
export function urlOf(key) {
  return resolve(isUrl(key) ? key : origin() + path(key)).bare;
}

/**
 * The targets of an invalidation that name a key and, where it is an array, all keys that begin with it; and the
 * origin that they are of.
 * @param {unknown} key
 * @returns {[targets: string[], origin: string]}
 */
export function targetsOf(key) {
  const { pathname, search, origin } = new URL(urlOf(key));
  // In a target a bare path names it with any query.
  return isUrl(key)
    ? [[pathname + (search || '?')], origin]
    : [[pathname, `${pathname}/*`], origin];
}

/**
 * A string that is a path or an absolute URL.
 * @param {unknown} key
 * @returns {key is string | URL}
 */
export function isUrl(key) {
  return key instanceof URL || (typeof key === 'string' && /^(\.{0,2}\/|https?:)/i.test(key));
}

/** @param {unknown} key */
function path(key) {
  const parts = Array.isArray(key) ? key : [key];
  return PATH + parts.map((part) => component(JSON.stringify(part ?? null, sorted))).join('/');
}

/**
 * Two objects with the same members are the same key. What JSON has no word for is none.
 * @param {string} _name
 * @param {unknown} value
 */
function sorted(_name, value) {
  if (/^(function|symbol|bigint)$/.test(typeof value)) {
    throw new TypeError(`A key can't hold a ${typeof value}`);
  }
  return value && Object.getPrototypeOf(value) === Object.prototype
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
}

/** A `*` would be any run of characters in a target. @param {string} text */
function component(text) {
  return encodeURIComponent(text).replaceAll('*', '%2A');
}

function origin() {
  return globalThis.origin === 'null' ? 'https://opaque.invalid' : globalThis.origin;
}
