import { EverfreshError } from './errors.js';
import type { ObserveOptions, SubscribeOptions } from './query.js';

/**
 * Options as JSON. Numbers have six decimals at the most, and `Infinity` is the longest time there is.
 *
 * @throws {EverfreshError} `config-invalid` for what JSON would leave out or bend, such as a function or a map
 */
export function encode(options: object): string {
  try {
    return JSON.stringify(options, (key, value) => {
      if (value === Number.POSITIVE_INFINITY) {
        return Number.MAX_SAFE_INTEGER;
      }
      if (!isPlain(value)) {
        throw new EverfreshError('config-invalid', `${key || 'options'}: must be plain data`);
      }
      // JSON has very small numbers with an exponent, which the wasm does not read.
      return typeof value === 'number' && !Number.isInteger(value)
        ? Math.trunc(value * 1e6) / 1e6
        : value;
    });
  } catch (cause) {
    throw cause instanceof EverfreshError
      ? cause
      : new EverfreshError('config-invalid', `options: must be plain data (${cause})`, { cause });
  }
}

/** What the client is told, as JSON, beside what stays here. */
export function split<T>(options: SubscribeOptions<T> & ObserveOptions<T>) {
  const { fetcher, init, signal, keepPreviousData, previousData, onInvalidate, ...rest } = options;
  const { enabled, persist } = rest;
  const text = encode(rest);
  return {
    fetcher,
    init,
    signal,
    keepPreviousData,
    previousData,
    onInvalidate,
    enabled,
    persist,
    text,
  };
}

function isPlain(value: unknown): boolean {
  switch (typeof value) {
    case 'object':
      // A map, a set or a typed array would look empty.
      return value === null || Array.isArray(value) || !(Symbol.iterator in value);
    case 'number':
      return Number.isFinite(value);
    default:
      return /^(boolean|string|undefined)$/.test(typeof value);
  }
}
