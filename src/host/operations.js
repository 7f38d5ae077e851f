// @ts-check
/**
 * Named operations: changes of JSON data that are plain data themselves. None changes what it is given, and what it
 * leaves alone keeps its reference. One that can't be done throws.
 *
 * Each member of a path must be there, save that `merge` makes an object where the last one is missing, or where
 * there is `null`.
 */
import { share } from './share.js';

/**
 * @typedef {object} Operation
 * @property {string} op
 * @property {string | readonly (string | number)[]} [path]
 * @property {unknown} [item]
 * @property {Record<string, unknown>} [fields]
 * @property {number} [by]
 * @property {Record<string, unknown>} [where]
 * @property {Operation} [update]
 */

/**
 * What each makes of the data at the end of its path.
 * @type {Record<string, (operation: any, data: unknown) => unknown>}
 */
const CHANGES = {
  append: ({ item }, data) => [...list(data), item],
  prepend: ({ item }, data) => [item, ...list(data)],
  merge: ({ fields }, data) => ({ ...object(data), ...fields }),
  increment: ({ by = 1 }, data) => number(data) + by,
  arrayUpdate: ({ where, update }, data) =>
    list(data).map((item) => (matches(item, where) ? apply(update, item) : item)),
  remove: ({ where }, data) => list(data).filter((item) => !matches(item, where)),
};

/**
 * The data after an operation.
 * @param {Operation} operation
 * @param {unknown} data
 * @returns {any}
 */
export function apply(operation, data) {
  const { op, path = [] } = operation;
  const names = typeof path === 'string' ? path.split('.').filter(Boolean) : path;
  return change(names, data, (found) => CHANGES[op](operation, found), op === 'merge');
}

/**
 * What is wrong with an operation, whatever the data; nothing where it is well-formed.
 * @param {any} operation
 * @returns {string | undefined}
 */
export function flaw(operation) {
  const { op, path = '', fields, by = 1, where, update } = Object(operation);
  if (!Object.hasOwn(CHANGES, op)) {
    return 'op: is not known';
  }
  if (typeof path !== 'string' && !Array.isArray(path)) {
    return 'path: must be a text or a list';
  }
  switch (op) {
    case 'append':
    case 'prepend':
      return 'item' in operation ? undefined : 'item: is missing';
    case 'merge':
      return isObject(fields) ? undefined : 'fields: must be an object';
    case 'increment':
      return Number.isFinite(by) ? undefined : 'by: must be a number';
  }
  if (!isObject(where)) {
    return 'where: must be an object';
  }
  return op === 'remove' ? undefined : flaw(update);
}

/**
 * @param {readonly (string | number)[]} names what leads to the place
 * @param {any} data
 * @param {(found: unknown) => unknown} work
 * @param {boolean} makes the last member may be missing
 * @returns {unknown}
 */
function change([name, ...rest], data, work, makes) {
  if (name === undefined) {
    return kept(data, work(data));
  }
  const isList = Array.isArray(data);
  const there = isList ? /^\d+$/.test(`${name}`) && name in data : has(data, name);
  if (!there && !(makes && !rest.length && isObject(data))) {
    throw new TypeError(`there is no ${name}`);
  }
  const before = there ? data[name] : undefined;
  const after = change(rest, before, work, makes);
  if (Object.is(before, after)) {
    return data;
  }
  if (isList) {
    return data.map((item, index) => (index === Number(name) ? after : item));
  }
  // As a computed name, `__proto__` is one like any other.
  return { ...data, [name]: after };
}

/**
 * What was there, where nothing of it has changed.
 * @param {any} before
 * @param {any} next
 */
function kept(before, next) {
  const names = Object.keys(Object(next));
  const same =
    Object(before) === before &&
    names.length === Object.keys(before).length &&
    names.every((name) => Object.hasOwn(before, name) && Object.is(before[name], next[name]));
  return same ? before : next;
}

/** Whether an item's members equal those of `where`. @param {any} item @param {Record<string, unknown>} where */
function matches(item, where) {
  return (
    isObject(item) &&
    Object.entries(where).every(([name, value]) => has(item, name) && equal(item[name], value))
  );
}

/** @param {unknown} a @param {unknown} b */
function equal(a, b) {
  // What is equal is shared, and so is the same.
  return Object.is(share(a, b), a);
}

/** @param {unknown} data @returns {unknown[]} */
function list(data) {
  if (!Array.isArray(data)) {
    throw new TypeError('there is no list');
  }
  return data;
}

/** @param {unknown} data @returns {object} */
function object(data) {
  if ((data ?? undefined) !== undefined && !isObject(data)) {
    throw new TypeError('there is no object');
  }
  return Object(data);
}

/** @param {unknown} data @returns {number} */
function number(data) {
  if (typeof data !== 'number') {
    throw new TypeError('there is no number');
  }
  return data;
}

/** @param {any} data @returns {data is Record<string, any>} */
function isObject(data) {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

/** @param {any} data @param {string | number} name */
function has(data, name) {
  return isObject(data) && Object.hasOwn(data, name);
}
