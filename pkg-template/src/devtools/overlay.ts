/** The overlay: opened, closed, and where the focus goes. */
import { h, render } from 'preact';
import type { DevtoolsOptions, View } from '../opener.js';
import type { Cache } from '../types.js';
import { makeElement } from './element.js';
import type { Inspector } from './inspection.js';
import { Model } from './model.js';
import { recall } from './place.js';
import { Shell } from './shell.js';

export class Overlay {
  readonly #cache: Cache;
  readonly #inspector: Inspector | undefined;
  readonly #options: DevtoolsOptions;
  #element: ReturnType<typeof makeElement> | undefined;
  #model: Model | undefined;
  /** What had the focus before. */
  #before: Element | null = null;
  /** What has it now, of the overlay. */
  #focused: HTMLElement | null = null;

  constructor(cache: Cache, inspector: Inspector | undefined, options: DevtoolsOptions) {
    this.#cache = cache;
    this.#inspector = inspector;
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#element !== undefined;
  }

  open(view?: View): void {
    if (!this.#element) {
      this.#before = innermost();
      this.#element = makeElement();
      this.#model = new Model(this.#cache, this.#inspector, () => this.#draw());
      this.#model.place = recall(this.#options.dock);
      const { shadowRoot: root } = this.#element;
      root.addEventListener('focusin', () => {
        this.#focused = root.activeElement as HTMLElement | null;
      });
      root.addEventListener('focusout', () => {
        this.#focused = null;
      });
      document.documentElement.append(this.#element);
    }
    if (view) {
      this.#model?.show(view);
    }
    this.#draw();
    this.#element.shadowRoot.querySelector<HTMLElement>('[role=tab][aria-selected=true]')?.focus();
  }

  close(): void {
    const element = this.#element;
    if (element) {
      this.#model?.end();
      this.#element = undefined;
      this.#model = undefined;
      render(null, element.shadowRoot);
      element.remove();
      if (this.#before instanceof HTMLElement && this.#before.isConnected) {
        this.#before.focus();
      }
      this.#before = null;
    }
  }

  /** A button in the corner that opens it. */
  offer(): void {
    const element = makeElement();
    const button = h(
      'button',
      {
        class: 'offer',
        type: 'button',
        'data-testid': 'offer',
        onClick: () => this.open(),
      },
      'Cache devtools',
    );
    render(button, element.shadowRoot);
    document.documentElement.append(element);
  }

  #draw(): void {
    if (this.#element && this.#model) {
      const shell = h(Shell, { model: this.#model, close: () => this.close() });
      const before = this.#focused;
      render(shell, this.#element.shadowRoot);
      // What had the focus may be gone, or of no use any more: Esc and the tabulator are to go on from here.
      if (before?.matches(':disabled') || before?.isConnected === false) {
        this.#element.shadowRoot.querySelector<HTMLElement>('[role=tabpanel]')?.focus();
      }
    }
  }
}

/** What has the focus, also within our own button's element. */
function innermost(): Element | null {
  const { activeElement } = document;
  return activeElement?.shadowRoot?.activeElement ?? activeElement;
}
