// @ts-check
/**
 * URLs as the page writes them, resolved. Pages ask for the same ones again and again, and the browser's own parser is
 * slow to call.
 */

/**
 * @typedef {object} Address
 * @property {string} href
 * @property {string} bare without its fragment
 * @property {string} origin
 * @property {boolean} isPlain http or https, and without a user or a password
 */

/** So many are remembered. */
const MOST = 2_000;

/** @type {Map<string, Address>} */
const known = new Map();
/** What they were resolved against. */
let against = '';

/**
 * Throws what `URL` throws.
 * @param {unknown} input what can be made a string
 * @returns {Address}
 */
export function resolve(input) {
  const text = `${input}`;
  const base = globalThis.document?.baseURI ?? location.href;
  if (base !== against || known.size === MOST) {
    known.clear();
    against = base;
  }
  let address = known.get(text);
  if (!address) {
    const { href, origin, protocol, username, password } = new URL(text, base);
    const isPlain = /^https?:$/.test(protocol) && !username && !password;
    address = { href, bare: href.replace(/#.*/, ''), origin, isPlain };
    known.set(text, address);
  }
  return address;
}
