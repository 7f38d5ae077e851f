// @ts-check

/**
 * `next`, with every part of `before` in it that is equal: what has not changed keeps its reference. Plain objects
 * and arrays are looked into; anything else is itself or another.
 * @template T
 * @param {unknown} before
 * @param {T} next
 * @returns {T}
 */
export function share(before, next) {
  if (Object.is(before, next)) {
    return next;
  }
  const keys = keysOf(next);
  const old = keysOf(before);
  if (!keys || !old || Array.isArray(before) !== Array.isArray(next)) {
    return next;
  }
  const from = /** @type {any} */ (before);
  const to = /** @type {any} */ (next);
  let equal = keys.length === old.length;
  let differs = false;
  // An item that has only moved is itself, and no copy of another.
  const isList = Array.isArray(next);
  const items = new Set(isList ? from : []);
  /** @type {any} */
  const result = isList ? [] : {};
  for (const key of keys) {
    const known = Object.hasOwn(from, key);
    result[key] = known && !items.has(to[key]) ? share(from[key], to[key]) : to[key];
    equal &&= known && Object.is(result[key], from[key]);
    differs ||= !Object.is(result[key], to[key]);
  }
  return equal ? from : differs ? result : to;
}

/** The members of a plain object or an array. @param {unknown} value */
function keysOf(value) {
  const plain =
    typeof value === 'object' &&
    value !== null &&
    (Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value)));
  return plain ? Object.keys(value) : undefined;
}
