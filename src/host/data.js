// @ts-check
/**
 * Data of kept bodies, and of answers that no server gave.
 */
/** @import { Failure } from './boundary.js' */
/** @import { StoredBody } from './response.js' */

/** What a page's fetcher gave, or the page itself: it goes the way of a response, and is its own body. */
export class Produced {
  status = 200;
  statusText = '';
  headers = new Headers();
  redirected = false;
  url = '';
  type = /** @type {ResponseType} */ ('basic');

  /**
   * @param {unknown} value
   * @param {string} [tags] of what it was made of, as `X-Cache-Tags` has them
   * @param {boolean} [isStored] it may be stored, as JSON
   */
  constructor(value, tags, isStored = false) {
    this.value = value;
    this.isStored = isStored;
    if (tags) {
      this.headers.set('x-cache-tags', tags);
    }
  }
}

/**
 * The body of what was produced: a text where it is to be stored and JSON has a word for it.
 * @param {Produced} produced
 * @returns {StoredBody}
 */
export function bodyOf({ status, statusText, redirected, url, type, value, isStored }) {
  const data = isStored ? textOf(value) : undefined;
  const headers = data ? ['content-type', 'application/json'] : [];
  return { status, statusText, redirected, url, type, headers, data: data ?? '', value };
}

/**
 * How much memory a body takes, in UTF-16 units or bytes, as near as that can be had.
 * @param {StoredBody} body
 */
export function sizeOf(body) {
  const { data } = body;
  if (data || !('value' in body)) {
    return typeof data === 'string' ? data.length : data.byteLength;
  }
  return textOf(body.value)?.length ?? 1000;
}

/** What JSON makes of data, if anything. @param {unknown} value */
function textOf(value) {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/**
 * What a body says: JSON, text, or bytes; `null` where it is empty. It is read once.
 * @param {StoredBody} body
 * @param {Failure} Failure
 */
export function dataOf(body, Failure) {
  if (!('value' in body)) {
    const { data, headers, status, url } = body;
    refuse(status, url, Failure, undefined);
    const type = headers[headers.indexOf('content-type') + 1] ?? '';
    body.value = typeof data === 'string' ? parse(data, type, url, Failure) : data;
  }
  return body.value;
}

/**
 * What a response says.
 * @param {Response | Produced} response
 * @param {Failure} Failure
 */
export async function dataOfResponse(response, Failure) {
  if (response instanceof Produced) {
    return response.value;
  }
  refuse(response.status, response.url, Failure, response);
  const type = response.headers.get('content-type') ?? '';
  return /^(text\/|[^;]*[/+](json|xml)\b|$)/i.test(type)
    ? parse(await response.text(), type, response.url, Failure)
    : response.arrayBuffer();
}

/**
 * The error that an answer is to a query.
 * @param {Response} response
 * @param {Failure} Failure
 */
export function refusal(response, Failure) {
  try {
    refuse(response.status, response.url, Failure, response.clone());
  } catch (error) {
    return error;
  }
  return new Failure('http-error', `the answer of ${response.url} can't be read as data`);
}

/**
 * Throws where an answer is an error.
 * @param {number} status
 * @param {string} url
 * @param {Failure} Failure
 * @param {Response | undefined} response
 */
function refuse(status, url, Failure, response) {
  if (status < 200 || status > 299) {
    throw new Failure('http-error', `${status} for ${url}`, { cause: response });
  }
}

/** @param {string} text @param {string} type @param {string} url @param {Failure} Failure */
function parse(text, type, url, Failure) {
  if (!text) {
    return null;
  }
  if (!/[/+]json\b/i.test(type)) {
    return text;
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Failure('not-json', `the answer of ${url} is not JSON`, { cause });
  }
}
