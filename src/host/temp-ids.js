// @ts-check
/**
 * Temporary ids: texts that stand for the id of what is being made, until the server has said it.
 */
import { random } from './environment.js';

/** @typedef {Map<string, string | number>} Ids real ones by temporary ones */

/** All of one length, so that each ends where it ends, whatever follows it. */
const LENGTH = 28;
const TEMP = new RegExp(`tmp[0-9a-z]{${LENGTH}}`, 'g');

/** A new one. It needs no escaping in a URL. */
export function tempId() {
  return `tmp${random().padStart(LENGTH, '0')}`;
}

/** @param {unknown} text */
export function isTempId(text) {
  return typeof text === 'string' && text.length === LENGTH + 3 && text.replace(TEMP, '') === '';
}

/**
 * The temporary ids in plain data.
 * @param {unknown} data
 * @returns {Set<string>}
 */
export function tempIdsIn(data) {
  const found = new Set();
  walk(data, { get: (id) => void found.add(id) });
  return found;
}

/**
 * Plain data with the real ids in it, as far as they are known. A text that is a temporary id becomes the real one
 * with its type, in a longer text, or as the name of a member, it is replaced as text. What has none of them in it
 * keeps its reference.
 * @template T
 * @param {T} data
 * @param {Ids} ids
 * @returns {T}
 */
export function resolved(data, ids) {
  return ids.size ? /** @type {any} */ (walk(data, ids)) : data;
}

/**
 * As {@link resolved}, for a URL or a part of one.
 * @param {string} url
 * @param {Ids} ids
 */
export function resolvedUrl(url, ids) {
  return replace(url, ids, encodeURIComponent);
}

/**
 * As {@link resolved}, for a text that may be JSON, whose texts are looked at then.
 * @param {string} text
 * @param {Ids} ids
 */
export function resolvedText(text, ids) {
  const flat = replace(text, ids, String);
  if (flat === text) {
    return text;
  }
  try {
    return JSON.stringify(walk(JSON.parse(text), ids));
  } catch {
    return flat;
  }
}

/** @param {unknown} data @param {Pick<Ids, 'get'>} ids @returns {unknown} */
function walk(data, ids) {
  if (typeof data === 'string') {
    return isTempId(data) ? (ids.get(data) ?? data) : replace(data, ids, String);
  }
  if (Array.isArray(data)) {
    const next = data.map((item) => walk(item, ids));
    return next.every((item, index) => item === data[index]) ? data : next;
  }
  if (data && [Object.prototype, null].includes(Object.getPrototypeOf(data))) {
    const entries = Object.entries(data);
    const next = entries.map(([name, value]) => [replace(name, ids, String), walk(value, ids)]);
    const same = next.every(
      ([name, value], i) => name === entries[i][0] && value === entries[i][1],
    );
    return same ? data : Object.fromEntries(next);
  }
  return data;
}

/** @param {string} text @param {Pick<Ids, 'get'>} ids @param {(id: any) => string} as */
function replace(text, ids, as) {
  return text.replace(TEMP, (temp) => {
    const id = ids.get(temp);
    return id === undefined ? temp : as(id);
  });
}
