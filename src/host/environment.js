// @ts-check
/**
 * What the client must know of the world, once.
 */

/** 24 random letters: 112 bits. */
export function random() {
  return Array.from(crypto.getRandomValues(new Uint8Array(24)), (byte) =>
    String.fromCharCode(97 + (byte % 26)),
  ).join('');
}

/**
 * Its lines: the origin, the name of this document, a secret for keyed hashes, and whether localStorage may be used.
 * @param {string} document
 */
export function environment(document) {
  return [globalThis.origin, document, random(), mayStore() && 'storage'].join('\n');
}

/** It is not there in workers, and throws where it is blocked. */
function mayStore() {
  try {
    localStorage.getItem('everfresh:epoch');
    return true;
  } catch {
    return false;
  }
}
