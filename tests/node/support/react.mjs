// React in a page of jsdom.
import { JSDOM } from 'jsdom';
import { site, turn } from './adapter.mjs';

const { window } = new JSDOM('', { url: site.url('/') });
Object.assign(globalThis, { window, document: window.document });
// jsdom knows its own signals alone.
const { addEventListener } = window.EventTarget.prototype;
window.EventTarget.prototype.addEventListener = function add(type, listener, options) {
  const { signal, ...rest } = typeof options === 'object' ? options : { capture: options };
  addEventListener.call(this, type, listener, rest);
  signal?.addEventListener('abort', () => this.removeEventListener(type, listener, rest));
};
for (const name of /** @type {const} */ (['addEventListener', 'removeEventListener'])) {
  Object.assign(globalThis, { [name]: window[name].bind(window) });
}
Object.assign(navigator, { userAgent: window.navigator.userAgent });
// It looks for a page when it is loaded.
const { createRoot } = await import('react-dom/client');

/** Something that is rendered. */
export class Page {
  #root;
  #container = window.document.createElement('div');
  #wrap;

  /** @param {(...nodes: import('react').ReactNode[]) => import('react').ReactNode} wrap around what is rendered */
  constructor(wrap) {
    this.#root = createRoot(this.#container);
    this.#wrap = wrap;
  }

  /** The same, with nothing in it. */
  again() {
    return new Page(this.#wrap);
  }

  get text() {
    return this.#container.textContent;
  }

  /** @param {import('react').ReactNode[]} nodes */
  render(...nodes) {
    this.#root.render(this.#wrap(...nodes));
  }

  /** @param {string} text */
  async shows(text) {
    while (this.text !== text) await turn();
  }

  leave() {
    this.#root.unmount();
  }
}
