// @ts-check
/**
 * What kind of network there is, and whether whoever pays for it wants to save.
 */

/** What `navigator.connection` calls them, in the order of the numbers that the client is told; behind 0, not known. */
const KINDS = ['slow-2g', '2g', '3g', '4g'];

/**
 * Tells of it now and whenever it changes, until the function given back is called.
 * @param {(kind: number, saving: number) => void} tell `saving`: 1 for Save-Data, and 2 for `prefers-reduced-data`
 */
export function watchConnection(tell) {
  const network = /** @type {any} */ (globalThis.navigator)?.connection;
  const reduced = globalThis.matchMedia?.('(prefers-reduced-data: reduce)');
  const look = () =>
    tell(1 + KINDS.indexOf(network?.effectiveType), +!!network?.saveData + 2 * +!!reduced?.matches);
  network?.addEventListener?.('change', look);
  reduced?.addEventListener('change', look);
  look();
  return () => {
    network?.removeEventListener?.('change', look);
    reduced?.removeEventListener('change', look);
  };
}
