// A document for React, before it is loaded.
import { JSDOM } from 'jsdom';

export const dom = new JSDOM('<!doctype html><html><body></body></html>', {
  url: 'http://127.0.0.1/',
});

const { window } = dom;
const { document, navigator, Node, Element, HTMLElement, MutationObserver, Event, MouseEvent } =
  window;
Object.assign(globalThis, {
  window,
  document,
  navigator,
  Node,
  Element,
  HTMLElement,
  MutationObserver,
  Event,
  MouseEvent,
  IS_REACT_ACT_ENVIRONMENT: true,
});

// jsdom knows its own signals alone, and `fetch` those of Node.
const { addEventListener } = window.EventTarget.prototype;
window.EventTarget.prototype.addEventListener = function add(type, listener, options) {
  const { signal, ...rest } = typeof options === 'object' ? options : { capture: options };
  addEventListener.call(this, type, listener, rest);
  signal?.addEventListener('abort', () => this.removeEventListener(type, listener, rest));
};
for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent'] as const) {
  Object.assign(globalThis, { [name]: window[name].bind(window) });
}

// A page's `fetch` knows where the page is.
const { fetch } = globalThis;
globalThis.fetch = (input, init) =>
  fetch(typeof input === 'string' ? new URL(input, globalThis.location.href) : input, init);
