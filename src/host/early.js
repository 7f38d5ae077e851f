// @ts-check
/**
 * Our corner of storage, as far as JavaScript must touch it: writes that are seen before the engine runs,
 * and the end of everything.
 */
/** @import { Answer } from './head.js' */

const EPOCH = 'everfresh:epoch';

/**
 * Notes a write before it is sent; the function given back notes its answer. Where there is no room the
 * sentinel is removed, so that everything stored counts as dropped.
 * @param {string} method
 * @param {string} url
 * @returns {(response: Answer) => void}
 */
export function note(method, url) {
  const name = `everfresh:early:${crypto.getRandomValues(new Uint32Array(2)).join('')}`;
  /** @param {() => any[]} head */
  const put = (head) => {
    try {
      localStorage.setItem(name, [method, url, ...head()].join('\n'));
    } catch {
      forget([EPOCH]);
    }
  };
  put(() => []);
  return ({ status, headers }) => put(() => [status, '', ...[...headers].flat()]);
}

/**
 * Drops what is stored of answers and early writes; without a sentinel nothing else counts any more. The outbox
 * (`everfresh:o:`) stays: what waits there to be sent is the only copy of an edit.
 */
export function dropAll() {
  try {
    const names = Object.keys(localStorage).filter((name) =>
      /^everfresh:(e:|early:|head)/.test(name),
    );
    forget([EPOCH, ...names]);
  } catch {
    // Storage is denied: nothing is there.
  }
}

/** @param {string[]} names */
function forget(names) {
  try {
    for (const name of names) {
      localStorage.removeItem(name);
    }
  } catch {
    // Storage is denied: nothing is there.
  }
}
