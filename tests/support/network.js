// @ts-check
/** What stands for native `fetch`: answers by script, counts calls, and lets a test hold an answer back. */

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} body
 * @property {[string, string][]} headers
 */

export class Network {
  /** @type {string[]} method, path and cache mode of each call */
  calls = [];
  /** @type {Map<string, Answer>} */ #answers = new Map();
  /** @type {Map<string, (() => void)[]>} */ #held = new Map();
  /** @type {Set<string>} */ #failing = new Set();
  /** @type {Set<string>} */ #endless = new Set();
  /** @type {Response | undefined} */ last;

  /**
   * From now on `"GET /api/x"` is answered so, or `"GET /api/x fr"` in a language; by a 304 where the request names
   * its `etag`.
   * @param {string} what @param {number} status @param {string} body @param {string} headers
   */
  answer(what, status, body, headers) {
    this.#answers.set(what, { status, body, headers: JSON.parse(headers) });
    this.#failing.delete(what);
  }

  /** From now on this ends in a network error. @param {string} what */
  fail(what) {
    this.#failing.add(what);
  }

  /** From now on the body of this begins, and never ends. @param {string} what */
  stream(what) {
    this.#endless.add(what);
  }

  /** Answers to this wait for `release`, each with what was set when it was asked for. @param {string} what */
  hold(what) {
    this.#held.set(what, []);
  }

  /** @param {string} what */
  release(what) {
    const held = this.#held.get(what) ?? [];
    this.#held.delete(what);
    for (const go of held) {
      go();
    }
  }

  /** @param {string} what */
  count(what) {
    return this.calls.filter((call) => call.startsWith(`${what} `)).length;
  }

  /** @returns {string} */
  log() {
    return this.calls.join('\n');
  }

  /** The function itself, as the page would find it. */
  function() {
    const network = this;
    return {
      /** @param {any} input @param {RequestInit} [init] @returns {Promise<Response>} */
      async fetch(input, init) {
        return network.#serve(new Request(input, init), input, init);
      },
    }.fetch;
  }

  /** @param {Request} request @param {any} input @param {RequestInit} [init] */
  async #serve(request, input, init) {
    const { pathname, search } = new URL(request.url);
    const what = `${request.method} ${pathname}${search}`;
    this.calls.push(`${what} ${init?.cache ?? 'default'}`);
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    signal?.throwIfAborted();
    const language = request.headers.get('accept-language');
    const answer = this.#answers.get(`${what} ${language}`) ??
      this.#answers.get(what) ?? { status: 404, body: '', headers: [] };
    const failing = this.#failing.has(what);
    await new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason));
      const held = this.#held.get(what);
      held ? held.push(() => resolve(undefined)) : queueMicrotask(() => resolve(undefined));
    });
    if (failing) {
      throw new TypeError('scripted network error');
    }
    const { headers } = answer;
    const tag = new Headers(headers).get('etag');
    const current = tag !== null && request.headers.get('if-none-match') === tag;
    const status = current ? 304 : answer.status;
    const body = this.#endless.has(what)
      ? endless(signal)
      : [204, 304].includes(status)
        ? null
        : answer.body;
    const response = new Response(body, {
      status,
      headers: [['date', new Date().toUTCString()], ...headers],
    });
    Object.defineProperties(response, { url: { value: request.url }, type: { value: 'basic' } });
    this.last = response;
    return response;
  }
}

/** @param {AbortSignal | undefined} signal */
function endless(signal) {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array([65]));
      signal?.addEventListener('abort', () => controller.error(signal.reason));
    },
  });
}
