import { type Prefetch, urlOf } from './element.js';

/** Milliseconds for which the pointer, or the focus, must stay. */
const DELAY = 65;

/** That somebody may be about to follow a link. */
interface Intent {
  timer: number;
  /** Ends the prefetch, once there is one. */
  sent?: AbortController;
  isPressed?: boolean;
}

/** The link that an event is of: its target, or around it. */
type Find = (target: Element) => Element | null;

/** Prefetches for a link at which somebody points for a while, that has the keyboard's focus, or that is pressed. */
export class Hover {
  readonly #prefetch: Prefetch;
  /** What has begun. A link that goes away takes its own with it. */
  readonly #intents = new WeakMap<Element, Intent>();
  /** The same for URLs without a link. */
  readonly #urls = new Map<string, Intent>();

  constructor(prefetch: Prefetch) {
    this.#prefetch = prefetch;
  }

  /** Listens at `root`, until the function given back is called. */
  watch(root: EventTarget, find: Find, delay = DELAY, url?: string | URL): () => void {
    const ended = new AbortController();
    const on = (names: string, work: (link: Element, event: PointerEvent) => void) => {
      const listener = (event: Event) => {
        // The document itself can be the target, and is no element.
        const target = event.target as Partial<Element>;
        const link = target.closest && find(target as Element);
        if (link) {
          work(link, event as PointerEvent);
        }
      };
      for (const name of names.split(' ')) {
        root.addEventListener(name, listener, {
          capture: true,
          passive: true,
          signal: ended.signal,
        });
      }
    };
    // Each element that is entered gets an event of its own: those of what is inside the link are not its own.
    on('pointerenter', (link, { target, pointerType }) => {
      if (target === link && pointerType !== 'touch') {
        this.#wait(link, delay, url);
      }
    });
    on('focusin', (link, { target }) => {
      if ((target as Element).matches(':focus-visible')) {
        this.#wait(link, delay, url);
      }
    });
    on('pointerdown touchstart', (link, { button }) => {
      if (!button) {
        this.#press(link, url);
      }
    });
    on('pointerleave', (link, { target, pointerType }) => {
      if (target !== link) {
        return;
      }
      // A finger leaves when it is lifted, and the click comes after that.
      if (pointerType !== 'mouse' && this.#intents.get(link)?.isPressed) {
        this.#forget(link);
      } else {
        this.cancel(link);
      }
    });
    on('pointercancel focusout', (link) => this.cancel(link));
    // The page goes where it leads: what it asks for joins what was sent.
    on('click', (link) => this.#forget(link));
    return () => ended.abort();
  }

  /** Somebody points at what leads to a URL. */
  intend(url: string, delay = DELAY): void {
    if (!this.#urls.has(url)) {
      const send = async () => {
        await this.#ask(url, intent);
        if (this.#urls.get(url) === intent) {
          this.#urls.delete(url);
        }
      };
      const intent: Intent = { timer: setTimeout(send, delay) };
      this.#urls.set(url, intent);
    }
  }

  /** Nobody is about to follow it any more. */
  cancel(target: Element | string): void {
    const intent = typeof target === 'string' ? this.#urls.get(target) : this.#intents.get(target);
    clearTimeout(intent?.timer);
    intent?.sent?.abort();
    if (typeof target === 'string') {
      this.#urls.delete(target);
    } else {
      this.#intents.delete(target);
    }
  }

  #wait(link: Element, delay: number, url: string | URL | undefined): void {
    if (!this.#intents.has(link)) {
      const intent: Intent = { timer: setTimeout(() => this.#send(link, intent, url), delay) };
      this.#intents.set(link, intent);
    }
  }

  #press(link: Element, url: string | URL | undefined): void {
    const intent = this.#intents.get(link) ?? { timer: 0 };
    this.#intents.set(link, intent);
    intent.isPressed = true;
    clearTimeout(intent.timer);
    if (!intent.sent) {
      this.#send(link, intent, url);
    }
  }

  #send(link: Element, intent: Intent, given: string | URL | undefined): void {
    const url = link.isConnected ? urlOf(link, given) : undefined;
    if (url) {
      this.#ask(url, intent);
    }
  }

  #ask(url: string | URL, intent: Intent): Promise<unknown> {
    intent.sent = new AbortController();
    return this.#prefetch(url, { trigger: 'hover', signal: intent.sent.signal });
  }

  /** What was sent goes on. */
  #forget(link: Element): void {
    clearTimeout(this.#intents.get(link)?.timer);
    this.#intents.delete(link);
  }
}
