// @ts-check
/**
 * The request of a mutation, until it may be sent.
 */
import { MEMBERS } from './request.js';
import { read } from './target.js';
import { resolved, resolvedText, resolvedUrl } from './temp-ids.js';

const FORM = 'application/x-www-form-urlencoded;charset=UTF-8';

/** @import { Failure } from './boundary.js' */
/** @import { Call } from './request.js' */

/** Names of headers that look like credentials: what these say is not stored. */
const CREDENTIAL = /auth|cookie|token|secret|session|api-?key|csrf|xsrf/i;
/** What `fetch` takes as a body; all else that is no text is data, and sent as JSON. */
const BODY = /^\[object (Blob|File|(Shared)?ArrayBuffer|FormData|ReadableStream)\]$/;

/**
 * @typedef {object} Outgoing
 * @property {string} method in upper case
 * @property {string} url absolute
 * @property {string[]} headers names and values in turn
 * @property {any} body what `fetch` takes; nothing where there is data
 * @property {unknown} [data] to be sent as JSON
 * @property {Record<string, unknown>} init
 */

/**
 * What a page says of the request of a mutation.
 * @param {any} request
 * @param {Failure} Failure
 * @returns {Outgoing}
 */
export function outgoing({ url, method = 'POST', headers, body }, Failure) {
  const target = read([url, { method }]);
  if (!target || target.safe) {
    throw new Failure('config-invalid', 'request: must be one that writes, to a URL of HTTP');
  }
  try {
    const list = [...new Headers(headers)].flat();
    return filled(target.method, target.url.href, list, body, {});
  } catch (cause) {
    throw new Failure('config-invalid', `request.headers: ${cause}`, { cause });
  }
}

/**
 * A `fetch` call that may be stored; `undefined` for one whose body can't be had as a text at once.
 * @param {Call} call
 * @param {any[]} args
 * @returns {Outgoing | undefined}
 */
export function storableCall({ method, url, headers, body, opaque }, [input, given]) {
  const isRequest = Object.prototype.toString.call(input) === '[object Request]';
  if (opaque || isRequest || !/^(string|undefined)$/.test(typeof textOf(body))) {
    return undefined;
  }
  const init = MEMBERS.slice(2).flatMap((name) =>
    given?.[name] === undefined ? [] : [[name, given[name]]],
  );
  return filled(method, url, headers, body, Object.fromEntries(init));
}

/**
 * The second argument of `fetch`.
 * @param {Outgoing} outgoing
 * @param {string} key for idempotency, or nothing
 * @param {HeadersInit | undefined} more headers, which count before those of the request
 * @param {AbortSignal | undefined} signal
 * @returns {RequestInit}
 */
export function initOf({ method, headers: list, body, data, init }, key, more, signal) {
  const headers = new Headers(pairs(list));
  if (key && !headers.has('idempotency-key')) {
    headers.set('idempotency-key', `"${key}"`);
  }
  for (const [name, value] of new Headers(more)) {
    headers.set(name, value);
  }
  return { ...init, method, headers, body: bodyFor({ body, data }), signal };
}

/**
 * Its body as `fetch` takes it.
 * @param {Pick<Outgoing, 'body' | 'data'>} outgoing
 */
export function bodyFor({ body, data }) {
  return data === undefined ? body : JSON.stringify(data);
}

/**
 * What of it may be stored, beside its method and URL.
 * @param {Outgoing} outgoing
 */
export function storable({ headers, body, data, init }) {
  return {
    headers: pairs(headers)
      .filter(([name]) => !CREDENTIAL.test(name))
      .flat(),
    body,
    data,
    init,
  };
}

/**
 * With real ids in the place of temporary ones.
 * @param {Outgoing} outgoing
 * @param {Map<string, string | number>} ids
 * @returns {Outgoing}
 */
export function resolvedOutgoing({ url, body, ...rest }, ids) {
  return {
    ...resolved(rest, ids),
    url: resolvedUrl(url, ids),
    body: typeof body === 'string' ? resolvedText(body, ids) : body,
  };
}

/**
 * @param {string} method
 * @param {string} url
 * @param {string[]} headers
 * @param {any} body
 * @param {Record<string, unknown>} init
 * @returns {Outgoing}
 */
function filled(method, url, headers, body, init) {
  const isForm = body instanceof URLSearchParams;
  const isData =
    !isForm &&
    !/^(string|undefined)$/.test(typeof textOf(body)) &&
    !ArrayBuffer.isView(body) &&
    !BODY.test(Object.prototype.toString.call(body));
  const type = isData ? 'application/json' : isForm && FORM;
  const list =
    type && !headers.includes('content-type') ? [...headers, 'content-type', type] : headers;
  return {
    method,
    url,
    headers: list,
    init,
    ...(isData ? { body: undefined, data: body } : { body: textOf(body) }),
  };
}

/** A text where it is one, or nothing. @param {any} body */
function textOf(body) {
  return body instanceof URLSearchParams ? `${body}` : (body ?? undefined);
}

/** @param {string[]} list @returns {[string, string][]} */
function pairs(list) {
  return list.flatMap((name, index) => (index % 2 ? [] : [[name, list[index + 1]]]));
}
