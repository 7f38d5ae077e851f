// @ts-check
/**
 * Queries: data of a URL, or of any key by a function of the page's.
 */
import { bodyOf, dataOf, dataOfResponse, Produced, sizeOf } from './data.js';
import { isUrl, targetsOf, urlOf } from './keys.js';
import { attempt } from './reads.js';
import { decode } from './request.js';
import { share } from './share.js';
import { read } from './target.js';
import { View } from './view.js';
import * as wire from './wire.js';

/** @import { Bodies } from './bodies.js' */
/** @import { Gate } from './gate.js' */
/** @import { Made, Reads } from './reads.js' */
/** @import { StoredBody } from './response.js' */

/**
 * What a page says of a query.
 * @typedef {object} Options
 * @property {((context: { key: any, signal: AbortSignal }) => unknown)} [fetcher]
 * @property {RequestInit} [init]
 * @property {AbortSignal} [signal]
 * @property {boolean} [keepPreviousData]
 * @property {string} text what the client is told of it, as JSON
 */

export class Queries {
  #gate;
  #reads;
  #bodies;
  /** Who watches, and how to fetch for them. @type {Map<number, { view: View, made: Made }>} */
  #views = new Map();
  /** The peek that is being answered, and its answer. */
  #peek = 0;
  /** @type {{ data: unknown, isStale: boolean } | undefined} */ #peeked;

  /**
   * @param {Gate} gate
   * @param {Reads} reads
   * @param {Bodies} bodies
   */
  constructor(gate, reads, bodies) {
    this.#gate = gate;
    this.#reads = reads;
    this.#bodies = bodies;
    gate.atEnd(() => {
      for (const { view, made } of this.#views.values()) {
        if (view.isFetching) {
          this.#fetch(view, made);
        }
      }
      this.#views.clear();
    });
  }

  /**
   * @param {unknown} key
   * @param {Options} options
   * @returns {Promise<unknown>}
   */
  query(key, options) {
    const made = this.#prepare(key, options);
    return this.#reads.ask({ ...made, finish: this.#finish }, wire.QUERY, 0, [options.text]);
  }

  /**
   * What is there, at once.
   * @param {unknown} key
   * @returns {{ data: unknown, isStale: boolean } | undefined}
   */
  peek(key) {
    const url = urlOf(key);
    this.#peek = this.#reads.next();
    this.#peeked = undefined;
    this.#gate.tell(wire.QUERY, this.#peek, 0, 1, ['', 'GET', url, '']);
    this.#peek = 0;
    if (!this.#peeked) {
      for (const { view } of this.#views.values()) {
        // What is watched never goes blank.
        if (view.url === url && view.hasData) {
          return { data: view.data, isStale: true };
        }
      }
    }
    return this.#peeked;
  }

  /**
   * @param {unknown} key
   * @param {(state: any) => void} listener
   * @param {Options} options
   * @returns {View}
   */
  subscribe(key, listener, options) {
    const view = new View(listener, options.keepPreviousData ?? false, {
      watch: (view, next) => this.#watch(view, next, options),
      unwatch: (id) => this.#unwatch(id),
      refetch: (id) => this.#gate.tell(wire.REFETCH, id),
    });
    view.setKey(key);
    options.signal?.addEventListener('abort', () => view.unsubscribe());
    if (options.signal?.aborted) {
      view.unsubscribe();
    }
    return view;
  }

  /**
   * @param {unknown} key
   * @param {unknown} value or a function of what is there
   * @param {Options} options
   */
  setData(key, value, options) {
    const data = typeof value === 'function' ? value(this.peek(key)?.data) : value;
    if (data !== undefined && this.#gate.isOpen) {
      const body = bodyOf(new Produced(data));
      const id = this.#bodies.add(body);
      this.#gate.tell(wire.SET_DATA, id, sizeOf(body), 0, [options.text, urlOf(key)]);
    }
  }

  /** @param {unknown} key */
  remove(key) {
    this.#gate.tell(wire.REMOVE, 0, 0, 0, [urlOf(key)]);
  }

  /** The targets that name a key, and their origin. @param {unknown} key */
  targets(key) {
    return targetsOf(key);
  }

  /** @param {number} id @param {number} body @param {boolean} isStale */
  answer(id, body, isStale) {
    const kept = this.#bodies.get(body);
    if (id === this.#peek) {
      try {
        this.#peeked = kept && { data: dataOf(kept, this.#gate.Failure), isStale };
      } catch {
        // An answer that is an error is no data.
      }
    } else if (kept) {
      this.#reads.answer(id, () => /** @type {any} */ (dataOf(kept, this.#gate.Failure)));
    } else {
      this.#reads.pass(id);
    }
  }

  /** @param {number} id @param {number} body @param {number} flags */
  notify(id, body, flags) {
    const kept = this.#bodies.get(body);
    const view = this.#views.get(id)?.view;
    /** @param {StoredBody} kept */
    const next = (kept) => {
      // What is equal keeps its reference, for all who see this body.
      kept.value = share(view?.data, dataOf(kept, this.#gate.Failure));
      return kept.value;
    };
    view?.update(kept && (() => next(kept)), !!(flags & 1), !!(flags & 2));
  }

  /** @param {number} id */
  blank(id) {
    this.#views.get(id)?.view.blank();
  }

  /** @param {number} id @param {unknown} error */
  failed(id, error) {
    this.#views.get(id)?.view.fail(error);
  }

  /** @param {View} view @param {unknown} key @param {Options} options */
  #watch(view, key, options) {
    const made = this.#prepare(key, options);
    const id = this.#reads.next();
    if (this.#gate.isOpen) {
      this.#views.set(id, { view, made });
      this.#reads.hold(id, made);
      view.begin(id, made.call.url);
      this.#reads.tell(wire.QUERY, id, 2, made.call, [options.text]);
    } else {
      view.begin(id, made.call.url);
      this.#fetch(view, made);
    }
  }

  /** Without a client a view is filled once. @param {View} view @param {Made} made */
  #fetch(view, made) {
    attempt(() => made.native(made.args))
      .then(this.#finish)
      .then(
        (data) => view.update(() => data, false, false),
        (error) => view.fail(error),
      );
  }

  /** @param {number} id */
  #unwatch(id) {
    this.#views.delete(id);
    this.#gate.tell(wire.ABORT, id);
    this.#reads.release(id);
  }

  /** @param {Response} response */
  #finish = (response) =>
    /** @type {Promise<any>} */ (dataOfResponse(response, this.#gate.Failure));

  /**
   * What to send.
   * @param {unknown} key
   * @param {Options} options
   * @returns {Made}
   */
  #prepare(key, { fetcher, init, signal }) {
    const url = urlOf(key);
    const args = [url, { ...init, signal }];
    const target = read(args);
    const call = target && decode(target);
    if (call?.method !== 'GET' || call.opaque) {
      throw new this.#gate.Failure('config-invalid', 'init: must be that of a plain GET');
    }
    if (!fetcher && !isUrl(key)) {
      throw new this.#gate.Failure('config-invalid', 'fetcher: is needed for a key that is no URL');
    }
    const native = fetcher
      ? async (/** @type {any[]} */ [, { signal }]) =>
          /** @type {any} */ (new Produced(await fetcher({ key, signal })))
      : (/** @type {any[]} */ list) => this.#reads.native(list);
    return { call, args, native };
  }
}
