// @ts-check
/**
 * `fetch`, wrapped: in place of the page's, and as a function of its own. This part is there from the first
 * moment; what answers from the cache is loaded with the wasm.
 */
import { dropAll, note } from './early.js';
import { read } from './target.js';

/** @import { Client } from './boundary.js' */
/** @import { Host } from './host.js' */
/** @import { Target } from './target.js' */

/** @typedef {(args: any[]) => Promise<Response>} Native */

export class Wrapper {
  /** Cached fetch, which replaces nothing. */
  fetch;
  /** @type {Host | undefined} */ #host;
  /** @type {(() => void) | undefined} */ #restore;
  /** Writes may have passed unseen. */
  #blind = false;
  #over = false;

  constructor() {
    // Bound, since it is called as a method of the cache.
    this.fetch = this.#wrap(() => true).bind(undefined);
  }

  /**
   * From now on a client decides; until then requests pass, and writes are noted in storage.
   * @param {Host} host
   * @param {() => Client} make
   */
  open(host, make) {
    if (!this.#over) {
      host.open(make);
      this.#host = host;
      this.#look();
    }
  }

  /** The client's part, once it is there. */
  get host() {
    return this.#host;
  }

  get installed() {
    return this.#restore !== undefined;
  }

  /** Replaces `globalThis.fetch`. */
  install() {
    if (this.#restore || this.#over) {
      return;
    }
    this.#look();
    const before = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
    let active = true;
    const value = this.#wrap(() => active);
    Object.defineProperty(globalThis, 'fetch', {
      value,
      enumerable: before?.enumerable ?? true,
      configurable: true,
      writable: true,
    });
    this.#restore = () => {
      active = false;
      if (Object.getOwnPropertyDescriptor(globalThis, 'fetch')?.value !== value) {
        // Somebody wrapped us in turn: what they hold is transparent from now on.
        return;
      }
      if (before) {
        Object.defineProperty(globalThis, 'fetch', before);
      } else {
        Reflect.deleteProperty(globalThis, 'fetch');
      }
    };
  }

  /** Restores what stood there. What is cached is dropped: nobody sees writes any more. */
  uninstall() {
    if (this.#restore) {
      this.#restore();
      this.#restore = undefined;
      this.#blind = true;
      this.#host?.clear();
    }
  }

  /** Uninstalls, and ends the client. */
  close() {
    this.uninstall();
    this.#over = true;
    this.#host?.close();
  }

  /**
   * There is no client any more, or will be none: the page goes on natively. What is stored is dropped, since
   * writes may now pass unseen.
   * @param {string} message
   */
  fail(message) {
    if (!this.#over) {
      this.#over = true;
      console.warn(`everfresh: ${message}. The page goes on without its cache.`);
      this.uninstall();
      this.#host?.end();
      dropAll();
    }
  }

  /** Drops what was cached while nobody looked. */
  #look() {
    if (this.#blind && this.#host) {
      this.#blind = false;
      this.#host.clear();
    }
  }

  /**
   * A proxy keeps everything that can be seen of the native function.
   * @param {() => boolean} isActive
   * @returns {typeof fetch}
   */
  #wrap(isActive) {
    return new Proxy(globalThis.fetch, {
      apply: (target, self, args) => {
        /** @type {Native} */
        const native = (list) => Reflect.apply(target, self, list);
        const ours =
          !this.#over && isActive() && args.length && (self ?? globalThis) === globalThis;
        const asked = ours ? read(args) : undefined;
        return asked
          ? (this.#host?.call(asked, args, native) ?? this.#early(asked, args, native))
          : native(args);
      },
    });
  }

  /**
   * A call before there is a client.
   * @param {Target} target
   * @param {any[]} args
   * @param {Native} native
   */
  #early({ method, url, safe }, args, native) {
    if (safe) {
      return native(args);
    }
    const answered = note(method, url.href);
    return native(args).then((response) => {
      if (!this.#host?.observe(method, url.href, response) && !this.#over) {
        answered(response);
      }
      return response;
    });
  }
}
