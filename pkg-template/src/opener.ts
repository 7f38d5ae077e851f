import { EverfreshError } from './errors.js';
import type { Cache } from './types.js';

/** Where the overlay lies. */
export type Dock = 'bottom' | 'left' | 'right' | 'float';

/** The panels of the overlay, by name. */
export type View =
  | 'overview'
  | 'entries'
  | 'log'
  | 'invalidate'
  | 'mutations'
  | 'prefetches'
  | 'tabs'
  | 'health'
  | 'simulate'
  | 'dashboard';

/** How the overlay is opened, and where. */
export interface DevtoolsOptions {
  /**
   * What opens and closes it: names of modifiers (`Ctrl`, `Shift`, `Alt`, `Meta`) and a `KeyboardEvent.code`;
   * `Ctrl+Shift+KeyD` if left out, none where it is empty.
   */
  shortcut?: string;
  /** What opens it at the dashboard; `Ctrl+Shift+KeyM` if left out, none where it is empty. */
  dashboardShortcut?: string;
  /** Where it lies until somebody has moved it; at the bottom if left out. */
  dock?: Dock;
  /** `true`: a button in the corner opens it, for those who have no keyboard. Its script is then loaded at once. */
  button?: boolean;
}

/** The overlay. It is loaded when it is first opened. */
export interface Devtools {
  /**
   * Opens it, at a panel.
   *
   * @throws {EverfreshError} `devtools-off` where the option `devtools` does not allow it, or its script can't be loaded
   */
  open(view?: View): Promise<void>;
  /** Closes it: nothing of it goes on. */
  close(): void;
}

/** What its script gives. */
export interface Overlay {
  readonly isOpen: boolean;
  open(view?: View): void;
  close(): void;
  /** A button in the corner that opens it. */
  offer(): void;
}

/** Makes an overlay of a cache; the script that does so is loaded by this. */
export type LoadOverlay = () => Promise<(cache: Cache, options: DevtoolsOptions) => Overlay>;

const MODIFIERS = ['Ctrl', 'Shift', 'Alt', 'Meta'] as const;

/** Opens the overlay. One listener is all that there is of it before that. */
export class Opener implements Devtools {
  readonly #cache: Cache;
  readonly #load: LoadOverlay;
  #options: DevtoolsOptions | undefined;
  #loading: Promise<Overlay> | undefined;
  #overlay: Overlay | undefined;

  constructor(cache: Cache, load: LoadOverlay) {
    this.#cache = cache;
    this.#load = load;
  }

  /** It may be opened, by its shortcuts too. Left out, `chosen` is whether the page is served by this machine. */
  allow(chosen: boolean | DevtoolsOptions = isLocal()): void {
    if (chosen && globalThis.document) {
      this.#options = chosen === true ? {} : chosen;
      document.addEventListener('keydown', this.#press, true);
      if (this.#options.button) {
        this.#loaded().then((overlay) => overlay.offer(), ignore);
      }
    }
  }

  async open(view?: View): Promise<void> {
    (await this.#loaded()).open(view);
  }

  close(): void {
    this.#overlay?.close();
  }

  /** For good. */
  end(): void {
    this.close();
    globalThis.document?.removeEventListener('keydown', this.#press, true);
    this.#options = undefined;
  }

  async #loaded(): Promise<Overlay> {
    const options = this.#options;
    if (!options) {
      throw new EverfreshError('devtools-off', 'the option `devtools` does not allow the overlay');
    }
    this.#loading ??= this.#load().then((make) => make(this.#cache, options));
    try {
      this.#overlay = await this.#loading;
      return this.#overlay;
    } catch (cause) {
      this.#loading = undefined;
      throw new EverfreshError('devtools-off', `the overlay could not be loaded (${cause})`, {
        cause,
      });
    }
  }

  #press = (event: KeyboardEvent): void => {
    const { shortcut = 'Ctrl+Shift+KeyD', dashboardShortcut = 'Ctrl+Shift+KeyM' } =
      this.#options ?? {};
    const isDashboard = isPressed(dashboardShortcut, event);
    if (isDashboard || isPressed(shortcut, event)) {
      event.preventDefault();
      if (this.#overlay?.isOpen && !isDashboard) {
        this.close();
      } else {
        this.open(isDashboard ? 'dashboard' : undefined).catch((error) => console.warn(error));
      }
    }
  };
}

function isPressed(shortcut: string, event: KeyboardEvent): boolean {
  const keys = shortcut.split('+');
  const held = {
    Ctrl: event.ctrlKey,
    Shift: event.shiftKey,
    Alt: event.altKey,
    Meta: event.metaKey,
  };
  return event.code === keys.pop() && MODIFIERS.every((name) => held[name] === keys.includes(name));
}

function isLocal(): boolean {
  return /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(location.hostname);
}

function ignore(): void {}
