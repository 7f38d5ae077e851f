/** What is kept of flags in localStorage: under a prefix of ours, and never dropped with the cache. */

/** The last good answer of the server. */
export const ANSWER = 'everfresh:flags';
/** What percentages go by, where the page does not say. */
export const CLIENT = 'everfresh:client';
/** Who was last said to be signed in, by any document of this browser: a hash. */
export const WHO = 'everfresh:who';

/** An item; nothing where it is not there, or storage is blocked. */
export function read(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** Writes an item, where that is possible. */
export function write(name: string, text: string): void {
  try {
    localStorage.setItem(name, text);
  } catch {
    // It is this document's alone.
  }
}
