// SWR's hooks with a cache beneath them, in a page of jsdom.
import { createElement } from 'react';
import { read, turn, withCache } from './adapter.mjs';
import { Page } from './react.mjs';

/** @typedef {import('../../../pkg-template/dist/slim.js').Cache} Cache */
/** @typedef {import('../../../pkg-template/dist/adapters/swr/index.js').SwrOptions} SwrOptions */

// They look for a page when they are loaded.
export const swr = await import('swr');
export const { default: useSWRInfinite } = await import('swr/infinite');
export const { default: useSWRMutation } = await import('swr/mutation');
/** The adapter. @type {typeof import('../../../pkg-template/dist/adapters/swr/index.js')} */
export const adapter = await import(
  `${new URL('../../../pkg-template/dist/', import.meta.url)}swr.js`
);

/**
 * A test with a page whose hooks fetch their keys, and are not fetched anew but by what is tested.
 *
 * @param {string} name
 * @param {(page: Page, cache: Cache, other: Cache) => Promise<void>} work
 * @param {Partial<SwrOptions>} [options]
 */
export function scenario(name, work, options) {
  withCache(name, async (cache, other) => {
    const page = pageOf(configOf(cache, options));
    try {
      await work(page, cache, other);
    } finally {
      page.leave();
      await turn();
    }
  });
}

/** A page with a configuration of SWR. @param {any} config */
export function pageOf(config) {
  return new Page((...nodes) => createElement(swr.SWRConfig, { value: config }, ...nodes));
}

/** @param {Cache} cache @param {Partial<SwrOptions>} [options] @returns {any} */
export function configOf(cache, options) {
  return {
    fetcher: (/** @type {string} */ path) => read(path),
    revalidateIfStale: false,
    shouldRetryOnError: false,
    // An own focus is none of a test's.
    revalidateOnFocus: false,
    ...adapter.swrConfig({ cache, ...options }),
  };
}

/**
 * What a hook shows of a key: its data, and a sign where it has none or asks for some.
 *
 * @param {{ of: import('swr').Key, with?: object, result?: (result: import('swr').SWRResponse) => void }} props
 */
export function Show({ of, with: options, result }) {
  const shown = swr.default(of, options);
  result?.(shown);
  const { data, error, isLoading, isValidating } = shown;
  return `${data ?? ''}${error ? '!' : ''}${isLoading ? '?' : ''}${isValidating ? '…' : ''};`;
}

/** @param {import('swr').Key} of @param {object} [props] */
export const show = (of, props) => createElement(Show, { key: `${of}`, of, ...props });
