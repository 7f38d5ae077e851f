// @ts-check
/**
 * `XMLHttpRequest`, watched: nothing is cached there, but writes are known before they are sent, and answers
 * before the page sees them.
 */
import { patch } from './patch.js';
import { read } from './target.js';

/** @import { Address } from './address.js' */
/** @import { Answer } from './head.js' */
/** @import { Target } from './target.js' */

/**
 * Is told how a request ended, once: with its answer, if there was one. Where it is told of the head alone it may
 * give `false`, and is told again when the body is there, with what reads it.
 * @typedef {(answer?: Answer, body?: () => unknown) => boolean} Tell
 */

/**
 * Is told what is about to be sent, and how to look whether its answer has come.
 * @typedef {(target: Target, body: unknown, look: () => void) => Tell} Begin
 */

/**
 * Watches, until the function given back is called. What was sent before that is watched to its end.
 * @param {Begin} begin
 * @returns {() => void}
 */
export function watchXhr(begin) {
  const { prototype } = globalThis.XMLHttpRequest ?? {};
  /** What each was opened for. @type {WeakMap<XMLHttpRequest, Target>} */
  const opened = new WeakMap();
  /** How to say that the answer of each will never come. @type {WeakMap<XMLHttpRequest, () => void>} */
  const sent = new WeakMap();
  const ends = prototype && [
    patch(prototype, 'open', (native, xhr, args) => {
      const given = native(args);
      // What was under way is broken off, and no event says so.
      sent.get(xhr)?.();
      const target = read([args[1], { method: args[0] }]);
      if (target) {
        opened.set(xhr, target);
      } else {
        opened.delete(xhr);
      }
      return given;
    }),
    patch(prototype, 'send', (native, xhr, args) => {
      const target = opened.get(xhr);
      if (!target) {
        return native(args);
      }
      opened.delete(xhr);
      const lost = follow(xhr, target, args[0], begin);
      sent.set(xhr, lost);
      try {
        return native(args);
      } catch (error) {
        // A synchronous one that gets no answer, without an event.
        lost();
        throw error;
      }
    }),
  ];
  return () => {
    for (const end of ends ?? []) {
      end();
    }
  };
}

/**
 * Tells of the answer as soon as it has come. The function given back tells that there will be none.
 * @param {XMLHttpRequest} xhr
 * @param {Target} target
 * @param {unknown} body
 * @param {Begin} begin
 * @returns {() => void}
 */
function follow(xhr, target, body, begin) {
  /** @type {Answer | undefined} */
  let head;
  let over = false;
  /** @param {() => unknown} [text] */
  const end = (text) => {
    over ||= tell(head, text);
    if (over) {
      xhr.removeEventListener('readystatechange', look);
    }
  };
  const look = () => {
    head ??= xhr.status ? answer(xhr, target.url) : undefined;
    if (xhr.readyState === XMLHttpRequest.DONE) {
      end(() => content(xhr));
    } else if (head) {
      end();
    }
  };
  const tell = begin(target, body, look);
  xhr.addEventListener('readystatechange', look);
  return () => over || end(() => undefined);
}

/**
 * What has come so far, as a response has it.
 * @param {XMLHttpRequest} xhr
 * @param {Address} url
 * @returns {Answer}
 */
function answer(xhr, { bare }) {
  const { status, responseURL } = xhr;
  // Asked for one by one, those that another origin hides would be complained of.
  const lines = xhr.getAllResponseHeaders().matchAll(/^([^:\s]+): ?(.*)$/gm);
  return {
    status,
    ok: status >= 200 && status < 300,
    type: 'basic',
    url: responseURL,
    redirected: responseURL !== bare,
    headers: new Map(Array.from(lines, ([, name, value]) => [name.toLowerCase(), value])),
  };
}

/**
 * The body as text, where that costs little.
 * @param {XMLHttpRequest} xhr
 */
function content(xhr) {
  switch (xhr.responseType) {
    case '':
    case 'text':
      return xhr.responseText;
    case 'json':
      return JSON.stringify(xhr.response);
    default:
      return undefined;
  }
}
