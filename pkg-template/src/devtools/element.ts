/// <reference path="../css.d.ts" />
/** The custom element that the overlay and its button live in. No style of the page reaches into it, and none of its own out. */
import controls from './controls.css';
import panels from './panels.css';
import shell from './shell.css';

const NAME = 'everfresh-devtools';

let sheet: CSSStyleSheet | undefined;

/** An element with an open shadow root. */
export function makeElement(): HTMLElement & { shadowRoot: ShadowRoot } {
  if (!customElements.get(NAME)) {
    customElements.define(NAME, class extends HTMLElement {});
  }
  const element = document.createElement(NAME);
  const root = element.attachShadow({ mode: 'open' });
  // A sheet that a script makes is no inline style: no policy needs to allow it.
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(`${shell}${controls}${panels}`);
  }
  root.adoptedStyleSheets = [sheet];
  return element as HTMLElement & { shadowRoot: ShadowRoot };
}
