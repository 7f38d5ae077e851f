// @ts-check
/**
 * What the client must know of the world, once.
 */

/** Random letters and digits: 128 bits. */
export function random() {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('');
}

/**
 * Its lines: the origin, the name of this document, a secret for keyed hashes, and whether localStorage may be used.
 * @param {string} document
 */
export function environment(document) {
  return [globalThis.origin, document, random(), storage()].join('\n');
}

/** It is not there in workers, and throws or is nothing where it is blocked. */
function storage() {
  try {
    return localStorage.length >= 0 ? 'storage' : '';
  } catch {
    return '';
  }
}
