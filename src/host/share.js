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
  /** @type {any} */
  const result = Array.isArray(next) ? [] : {};
  for (const key of keys) {
    result[key] = Object.hasOwn(from, key) ? share(from[key], to[key]) : to[key];
    equal &&= Object.hasOwn(from, key) && Object.is(result[key], from[key]);
  }
  return equal ? from : result;
}

/** The members of a plain object or an array. @param {unknown} value */
function keysOf(value) {
  const plain =
    typeof value === 'object' &&
    value !== null &&
    (Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value)));
  return plain ? Object.keys(value) : undefined;
}
