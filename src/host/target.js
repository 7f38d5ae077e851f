// @ts-check
/**
 * What a `fetch` call is aimed at, read without consuming anything of its arguments.
 */
import { resolve } from './address.js';

/** @import { Address } from './address.js' */

/**
 * @typedef {object} Target
 * @property {Request | undefined} request where the first argument is one
 * @property {any} init the second argument, or an empty object
 * @property {string} method in upper case
 * @property {Address} url
 * @property {boolean} safe
 */

/**
 * `undefined` where native `fetch` is to be called without us: another scheme, or arguments that it refuses.
 * @param {any[]} args
 * @returns {Target | undefined}
 */
export function read([input, given]) {
  try {
    const init = given ?? {};
    const request =
      Object.prototype.toString.call(input) === '[object Request]' ? input : undefined;
    const url = resolve(request?.url ?? input);
    if (!url.isPlain || Object(init) !== init) {
      return undefined;
    }
    const method = `${init.method ?? request?.method ?? 'GET'}`.toUpperCase();
    // What is no method, native fetch refuses.
    return /^[\w!#$%&'*+.^`|~-]+$/.test(method)
      ? { request, init, method, url, safe: /^(GET|HEAD|OPTIONS)$/.test(method) }
      : undefined;
  } catch {
    // A getter of the page's that throws, or no URL: native fetch says what is wrong.
    return undefined;
  }
}
