// @ts-check

/** Headers that the client was told of. @type {WeakSet<object>} */
const told = new WeakSet();

const STREAMING = /^\s*(text\/event-stream|multipart\/x-mixed-replace)/i;

/**
 * What is looked at of a response.
 * @typedef {object} Answer
 * @property {number} status
 * @property {boolean} ok
 * @property {string} type
 * @property {string} url
 * @property {boolean} redirected
 * @property {Headers | Map<string, string>} headers names in lower case
 */

/**
 * What the client needs to know of a response: its status, 2 × the number of headers + 1 where it can't be read
 * whole, and as lines its URL after redirects and the headers in turn. What is no response can't be read.
 * @param {Answer} response
 * @param {string[]} names of headers
 * @returns {[status: number, flags: number, lines: string[]]}
 */
export function head(response, names) {
  try {
    const { status, headers, redirected, url, type } = response;
    told.add(headers);
    const list = names.flatMap((name) => {
      const value = headers.get(name);
      return typeof value === 'string' ? [name, value] : [];
    });
    const unreadable =
      type.startsWith('opaque') || STREAMING.test(headers.get('content-type') ?? '');
    return [status, list.length + +unreadable, [redirected ? url : '', ...list]];
  } catch {
    return [0, 1, ['']];
  }
}

/**
 * Whether an answer to a GET that passed by says anything to the client: what it invalidates, or that nobody is signed in.
 * @param {Answer} response
 */
export function overheard({ status, headers }) {
  try {
    told.add(headers);
    return status === 401 || headers.has('x-cache-invalidate') || headers.has('clear-site-data');
  } catch {
    // What stands in for fetch gave something else.
    return false;
  }
}

/**
 * What the client needs to know of headers that a page was given for a write: nothing where it knows them already.
 * @param {Headers | undefined} headers
 * @param {string[]} names of headers
 */
export function unheard(headers, names) {
  const known = !headers || told.has(headers);
  const answer = { status: 200, ok: true, type: 'basic', url: '', redirected: false };
  return head({ ...answer, headers: known ? new Headers() : headers }, names);
}
