// @ts-check
/**
 * Answers out of the cache: kept bodies, and the `Response` made from one.
 */

import { bodyOf, Produced } from './data.js';

/**
 * A response as it is kept, in memory or as text in storage.
 * @typedef {object} StoredBody
 * @property {number} status
 * @property {string} statusText
 * @property {string} url after redirects, without fragment
 * @property {boolean} redirected
 * @property {ResponseType} type
 * @property {string[]} headers names and values in turn
 * @property {string | ArrayBuffer} data
 * @property {unknown} [value] what it says, once somebody has asked for that
 */

const TEXT =
  /^\s*(text\/|image\/svg|application\/([^;]*\+)?(json|xml|(x-)?javascript|x-www-form-urlencoded)\b)/i;
const BOM = '\uFEFF';
const BODILESS = [204, 205, 304];

/**
 * Reads a response whole. Text that is valid UTF-8 is kept as a string (with its byte order mark, so that
 * the bytes can be told again), anything else as bytes.
 * @param {Response} response
 * @param {Response} source what to read: the response itself, or its clone
 * @returns {Promise<StoredBody>}
 */
export async function keep(response, source) {
  if (response instanceof Produced) {
    return bodyOf(response);
  }
  const { status, statusText, url, redirected, type } = response;
  const headers = [...response.headers].flat();
  const bytes = await source.arrayBuffer();
  const kind = response.headers.get('content-type');
  const data = kind === null || TEXT.test(kind) ? decode(bytes) : bytes;
  return { status, statusText, url, redirected, type, headers, data };
}

/** @param {ArrayBuffer} bytes */
function decode(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes;
  }
}

/**
 * A kept text body for storage: its head in one line of JSON, then the text.
 * @param {StoredBody} body
 * @returns {string}
 */
export function pack({ data, value, ...head }) {
  return `${JSON.stringify({ ...head, length: /** @type {string} */ (data).length })}\n${data}`;
}

/**
 * What {@link pack} made; `undefined` for anything else, also where it is cut short.
 * @param {string} text
 * @returns {StoredBody | undefined}
 */
export function unpack(text) {
  const end = text.indexOf('\n');
  try {
    const { length, ...head } = JSON.parse(text.slice(0, end));
    const data = text.slice(end + 1);
    const { status, statusText } = head;
    // What no response can be made from is no answer.
    new Response(null, { status, statusText, headers: headers(head.headers, 0, '') });
    return length === data.length && typeof head.url === 'string' ? { ...head, data } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The answer to a HEAD.
 * @param {StoredBody} body
 * @returns {StoredBody}
 */
export function bodiless(body) {
  return { ...body, data: /** @type {any} */ (null) };
}

/**
 * The headers of a kept body that a 304 says is current (RFC 9111, section 3.2): those that came, and for the rest
 * those that it has; but nothing that tells of the body as it was sent, nor of the time of the answer before.
 * @param {string[]} kept
 * @param {Headers} came
 */
export function merged(kept, came) {
  const headers = new Headers(came);
  for (let index = 0; index < kept.length; index += 2) {
    const [name, value] = [kept[index], kept[index + 1]];
    if (
      /^content-(encoding|length|range|type)$/.test(name) ||
      (!/^(age|date)$/.test(name) && !came.has(name))
    ) {
      headers.set(name, value);
    }
  }
  return headers;
}

/** Headers as those of a native answer: they can't be changed. */
class FixedHeaders extends Headers {
  /** @override */
  append() {
    refuse();
  }
  /** @override */
  set() {
    refuse();
  }
  /** @override */
  delete() {
    refuse();
  }
}

/** @returns {never} */
function refuse() {
  throw new TypeError('Headers are immutable');
}

/**
 * A kept body as a native answer. `json()` and `text()` skip the stream; everything else, and a second
 * read, is left to the browser.
 */
export class CachedResponse extends Response {
  /** @type {StoredBody} */ #body;
  #age;
  #status;
  /** @type {Headers | undefined} */ #headers;
  /** The stream was handed out. */
  #touched = false;
  /** Read without the stream, which does not know of it yet. */
  #skipped = false;

  /**
   * @param {StoredBody} body
   * @param {number} age in seconds
   * @param {string} cacheStatus
   */
  constructor(body, age, cacheStatus) {
    super(BODILESS.includes(body.status) ? null : raw(body), {
      status: body.status,
      statusText: body.statusText,
      headers: headers(body.headers, age, cacheStatus),
    });
    this.#body = body;
    this.#age = age;
    this.#status = cacheStatus;
  }

  /** @override */
  get url() {
    return this.#body.url;
  }

  /** @override */
  get type() {
    return this.#body.type;
  }

  /** @override */
  get redirected() {
    return this.#body.redirected;
  }

  /** @override */
  get headers() {
    this.#headers ??= new FixedHeaders(super.headers);
    return this.#headers;
  }

  /** @override */
  get body() {
    this.#settle();
    this.#touched = true;
    return super.body;
  }

  /** @override */
  get bodyUsed() {
    return this.#skipped || super.bodyUsed;
  }

  /**
   * @override
   * @returns {Response}
   */
  clone() {
    this.#settle();
    if (super.bodyUsed || (this.#touched && super.body?.locked)) {
      return super.clone();
    }
    return new CachedResponse(this.#body, this.#age, this.#status);
  }

  /** @override */
  text() {
    const text = this.#skip();
    return text === undefined ? super.text() : Promise.resolve(text);
  }

  /** @override */
  json() {
    const text = this.#skip();
    if (text === undefined) {
      return super.json();
    }
    try {
      return Promise.resolve(JSON.parse(text));
    } catch {
      // The browser has its own error for that.
      this.#skipped = false;
      return super.json();
    }
  }

  /** @override */
  arrayBuffer() {
    this.#settle();
    return super.arrayBuffer();
  }

  /** @override */
  blob() {
    this.#settle();
    return super.blob();
  }

  /** @override */
  bytes() {
    this.#settle();
    return super.bytes();
  }

  /** @override */
  formData() {
    this.#settle();
    return super.formData();
  }

  /** The text, where the stream is still untouched and so may be skipped. */
  #skip() {
    this.#settle();
    const { data, status } = this.#body;
    if (typeof data !== 'string' || BODILESS.includes(status) || this.#touched || super.bodyUsed) {
      return undefined;
    }
    this.#skipped = true;
    return data.startsWith(BOM) ? data.slice(1) : data;
  }

  /** Lets the browser know of a read that skipped the stream: what follows is its own behaviour. */
  #settle() {
    if (this.#skipped) {
      this.#skipped = false;
      super.text();
    }
  }
}

if (!('bytes' in Response.prototype)) {
  Reflect.deleteProperty(CachedResponse.prototype, 'bytes');
}

for (const [ours, native] of [
  [CachedResponse, Response],
  [FixedHeaders, Headers],
]) {
  Object.defineProperty(ours.prototype, 'constructor', { value: native });
}

/**
 * The body for the constructor, which must not invent a Content-Type from a text.
 * @param {StoredBody} body
 */
function raw({ data, headers: list }) {
  const typed = list.some((name, index) => index % 2 === 0 && name === 'content-type');
  return typed || typeof data !== 'string' ? data : new TextEncoder().encode(data);
}

/**
 * @param {string[]} list
 * @param {number} age
 * @param {string} cacheStatus
 */
function headers(list, age, cacheStatus) {
  /** @type {[string, string][]} */
  const pairs = [];
  let status = cacheStatus;
  for (let index = 0; index < list.length; index += 2) {
    if (list[index] === 'cache-status') {
      status = `${list[index + 1]}, ${cacheStatus}`;
    } else if (list[index] !== 'age') {
      pairs.push([list[index], list[index + 1]]);
    }
  }
  pairs.push(['age', String(age)], ['cache-status', status]);
  return pairs;
}
