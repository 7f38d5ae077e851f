// @ts-check
/**
 * `fetch`, wrapped: in place of the page's, and as a function of its own; and `XMLHttpRequest`, watched. This part
 * is there from the first moment; what answers from the cache is loaded with the wasm.
 */
import { dropAll, note } from './early.js';
import { patch, wrap } from './patch.js';
import { read } from './target.js';
import { watchXhr } from './xhr.js';

/** @import { Native } from './reads.js' */
/** @import { Client } from './boundary.js' */
/** @import { Answer } from './head.js' */
/** @import { Host } from './host.js' */
/** @import { Call } from './patch.js' */
/** @import { Target } from './target.js' */
/** @import { Begin } from './xhr.js' */

export class Wrapper {
  /** Cached fetch, which replaces nothing. */
  fetch;
  /** What stood there before. @type {Native} */
  native;
  /** @type {Host | undefined} */ #host;
  /** @type {(() => void) | undefined} */ #restore;
  #unwatch = () => {};
  #watches = true;
  /** The page wants it to replace `fetch`. */
  #wanted = false;
  /** It may. */
  #allowed = true;
  /** Writes may have passed unseen. */
  #blind = false;
  /** There is to be no client, for now. */
  #resting = false;
  #over = false;

  constructor() {
    const { fetch } = globalThis;
    this.native = (args) => Reflect.apply(fetch, globalThis, args);
    // Bound, since it is called as a method of the cache.
    this.fetch = wrap(globalThis.fetch, this.#fetch).bind(undefined);
  }

  /**
   * From now on a client decides; until then requests pass, and writes are noted in storage.
   * @param {Host} host
   * @param {() => Client} make
   * @param {string} names the response headers that it reads
   */
  open(host, make, names) {
    if (!this.#over) {
      if (this.#resting) {
        this.#resting = false;
        // What others have kept meanwhile may be old, and what passed unseen may still be under way. No map names such a
        // write, so that it may touch everything.
        dropAll();
        note('UNSEEN', `${globalThis.origin}/`);
      }
      host.open(make, names);
      this.#host = host;
      this.#look();
    }
  }

  /**
   * Without a client until the next one is opened: the page goes on natively, and what is cached is dropped, since writes
   * pass unseen. What waits in the outbox stays there.
   */
  rest() {
    if (!this.#over && !this.#resting) {
      this.#resting = true;
      this.#host?.close();
      this.#host = undefined;
      dropAll();
    }
  }

  /** Whether it may replace `fetch` where the page wants that. @param {boolean} allowed */
  allow(allowed) {
    this.#allowed = allowed;
    this.#replace();
  }

  /** The client's part, once it is there. */
  get host() {
    return this.#host;
  }

  get installed() {
    return this.#restore !== undefined;
  }

  /** Replaces `globalThis.fetch`, and watches `XMLHttpRequest`. */
  install() {
    this.#wanted = true;
    this.#replace();
  }

  /** `XMLHttpRequest` is left alone from now on. */
  leaveXhr() {
    this.#watches = false;
    this.#unwatch();
  }

  /** Restores what stood there. What is cached is dropped: nobody sees writes any more. */
  uninstall() {
    this.#wanted = false;
    this.#replace();
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

  /** Replaces `fetch`, or restores it, as is wanted and allowed. */
  #replace() {
    const replaces = this.#wanted && this.#allowed && !this.#over;
    if (replaces && !this.#restore) {
      this.#look();
      this.#restore = patch(globalThis, 'fetch', this.#fetch);
      if (this.#watches) {
        this.#unwatch = watchXhr(this.#follow);
      }
    } else if (!replaces && this.#restore) {
      this.#restore();
      this.#restore = undefined;
      this.#unwatch();
      this.#blind = true;
      this.#host?.clear();
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
   * A call of `fetch`.
   * @type {Call}
   */
  #fetch = (native, self, args) => {
    const ours =
      !this.#over && !this.#resting && args.length && (self ?? globalThis) === globalThis;
    const asked = ours ? read(args) : undefined;
    return asked
      ? (this.#host?.call(asked, args, native) ?? this.#early(asked, args, native))
      : native(args);
  };

  /**
   * A call before there is a client.
   * @param {Target} target
   * @param {any[]} args
   * @param {(args: any[]) => Promise<Response>} native
   */
  #early(target, args, native) {
    if (target.safe) {
      return native(args);
    }
    const answered = this.#note(target);
    return native(args).then((response) => {
      answered(response);
      return response;
    });
  }

  /**
   * An `XMLHttpRequest` that is about to be sent.
   * @type {Begin}
   */
  #follow = (target, body, look) => {
    if (this.#host && !target.safe) {
      return this.#host.follow(target, body, look);
    }
    const answered = this.#note(target);
    return (answer) => {
      if (answer) {
        answered(answer);
      }
      return true;
    };
  };

  /**
   * Notes a write of which no client knows; the function given back is told the answer.
   * @param {Target} target
   * @returns {(answer: Answer) => void}
   */
  #note({ method, url: { href }, safe }) {
    const noted = safe ? undefined : note(method, href);
    return (answer) => {
      if (!this.#host?.observe(method, href, answer) && !this.#over) {
        noted?.(answer);
      }
    };
  }
}
