// @ts-check
/** @import { Head } from './boundary.js' */

const STREAMING = /^\s*(text\/event-stream|multipart\/x-mixed-replace)/i;

/**
 * What the client needs to know of a response; of what is no response, that it can't be kept.
 * @param {Response} response
 * @param {string[]} names of headers
 * @returns {Head}
 */
export function head(response, names) {
  try {
    const { status, headers, redirected, url, type } = response;
    const list = names.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [name, value];
    });
    const unreadable =
      type.startsWith('opaque') || STREAMING.test(headers.get('content-type') ?? '');
    return [status, list, redirected ? url : undefined, unreadable];
  } catch {
    return [0, [], undefined, true];
  }
}
