// @ts-check
/**
 * Queries: data of a URL, or of any key by a function of the page's.
 */
import { bodyOf, dataOf, dataOfResponse, Produced, sizeOf } from './data.js';
import { nameOf } from './hot.js';
import { isUrl, targetsOf, urlOf } from './keys.js';
import { NativeViews } from './native-views.js';
import { decode } from './request.js';
import { share } from './share.js';
import { collect } from './sources.js';
import { read } from './target.js';
import { View } from './view.js';
import * as wire from './wire.js';

/** @import { Bodies } from './bodies.js' */
/** @import { Gate } from './gate.js' */
/** @import { Layers } from './layers.js' */
/** @import { Made, Reads } from './reads.js' */
/** @import { StoredBody } from './response.js' */
/** @import { Track } from './sources.js' */

/**
 * What a page says of a query.
 * @typedef {object} Options
 * @property {((context: { key: any, signal: AbortSignal, track: Track }) => unknown)} [fetcher]
 * @property {RequestInit} [init]
 * @property {AbortSignal} [signal]
 * @property {unknown} [previousData]
 * @property {() => void} [onInvalidate]
 * @property {boolean} [enabled]
 * @property {boolean} [persist]
 * @property {string} text what the client is told of it, as JSON
 */

/**
 * @typedef {object} Watch
 * @property {View} view who watches
 * @property {unknown} key
 * @property {Options} options
 * @property {Made} made how to fetch for them
 * @property {unknown} base what they are shown the layers over
 */

const NOTHING = { body: 0, time: 0 };

export class Queries {
  #gate;
  #reads;
  #bodies;
  #layers;
  #counts;
  /** @type {Map<number, Watch>} */ #views = new Map();
  /** Those that no client knows. */
  #native = new NativeViews();
  /** Those that don't show yet what they will. @type {Set<Watch>} */ #undrawn = new Set();
  /** The answer to the peek that is being answered. */
  /** @type {{ data: unknown, isStale: boolean } | undefined} */ #peeked;
  /** The body that it is of, and for how many milliseconds it holds unless that changes. */
  #answered = NOTHING;
  #hot;

  /**
   * @param {Gate} gate
   * @param {Reads} reads
   * @param {Bodies} bodies
   * @param {Layers} layers
   * @param {{ peeks: number }} counts
   */
  constructor(gate, reads, bodies, layers, counts) {
    this.#gate = gate;
    this.#reads = reads;
    this.#bodies = bodies;
    this.#layers = layers;
    this.#counts = counts;
    this.#hot = bodies.said;
    gate.atEnd(() => {
      for (const [id, watch] of this.#views) {
        this.#native.add(id, watch);
        if (watch.view.isFetching) {
          this.#native.fetch(id);
        }
      }
      this.#views.clear();
    });
    gate.atBegin(() => {
      for (const { view, key, options } of this.#native.take()) {
        this.#watch(view, key, options);
      }
    });
  }

  /**
   * @param {unknown} key
   * @param {Options} options
   * @returns {Promise<unknown>}
   */
  query(key, options) {
    const made = this.#prepare(key, options);
    return this.#reads.ask(made, wire.QUERY, 0, [options.text]);
  }

  /**
   * What is there, at once.
   * @param {unknown} key
   * @param {string} [text] options that say what is stale
   * @returns {{ data: unknown, isStale: boolean } | undefined}
   */
  peek(key, text = '') {
    const name = text ? undefined : nameOf(key);
    if (name !== undefined) {
      this.#gate.look();
      const hot = this.#hot.get(name);
      if (hot && !this.#layers.has(hot.url)) {
        this.#counts.peeks += 1;
        return hot.peeked;
      }
    }
    const url = urlOf(key);
    const found = this.base(url, text);
    this.#counts.peeks += found ? 1 : 0;
    if (found && this.#layers.has(url)) {
      return { ...found, data: this.#layers.over(url, found.data) };
    }
    if (found && name !== undefined) {
      const { body, time } = this.#answered;
      this.#hot.set(name, { url, peeked: Object.freeze(found), body, since: Date.now(), time });
    }
    return found;
  }

  /**
   * As {@link peek}, without layers.
   * @param {string} url
   * @param {string} [text]
   * @returns {{ data: unknown, isStale: boolean } | undefined}
   */
  base(url, text = '') {
    this.#peeked = undefined;
    this.#answered = NOTHING;
    this.#gate.tell(wire.QUERY, this.#reads.next(), 0, 1, [text, 'GET', url, '']);
    if (!this.#peeked) {
      for (const { view, base } of this.#views.values()) {
        // What is watched never goes blank.
        if (view.url === url && base !== undefined) {
          return { data: base, isStale: true };
        }
      }
    }
    return this.#peeked;
  }

  /**
   * What is shown of a key to whoever listens.
   * @param {unknown} key
   * @param {Options} options
   * @returns {View}
   */
  observe(key, options) {
    this.#prepare(key, options);
    return new View(key, options.previousData, {
      enabled: options.enabled ?? true,
      watch: (view, next) => this.#watch(view, next, options),
      unwatch: (id) => this.#unwatch(id),
      refetch: (id) => {
        this.#native.fetch(id);
        this.#gate.tell(wire.REFETCH, id);
      },
      peek: (key) => this.peek(key, options.text),
    });
  }

  /**
   * @param {unknown} key
   * @param {(state: any) => void} listener
   * @param {Options & { keepPreviousData?: boolean }} options
   */
  subscribe(key, listener, { keepPreviousData = false, ...options }) {
    const view = this.observe(key, options);
    view.subscribe(listener);
    options.signal?.addEventListener('abort', () => view.unsubscribe());
    if (options.signal?.aborted) {
      view.unsubscribe();
    }
    return {
      get state() {
        return view.state;
      },
      setKey: (/** @type {unknown} */ next) => view.change(next, keepPreviousData),
      refetch: () => view.refetch(),
      unsubscribe: () => view.unsubscribe(),
    };
  }

  /**
   * @param {unknown} key
   * @param {unknown} value or a function of what is there
   * @param {Options} options
   */
  setData(key, value, options) {
    const data = typeof value === 'function' ? value(this.base(urlOf(key))?.data) : value;
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

  /** @param {number} id @param {number} body */
  answer(id, body) {
    const kept = this.#bodies.get(body);
    if (kept) {
      this.#reads.answer(id, ({ call }) =>
        this.#layered(call.url, dataOf(kept, this.#gate.Failure)),
      );
    } else {
      this.#reads.pass(id);
    }
  }

  /** Without a client, something has changed. */
  refresh() {
    this.#native.refresh();
  }

  /** @param {number} body @param {number} flags */
  peeked(body, flags) {
    const kept = this.#bodies.get(body);
    try {
      this.#peeked = kept && { data: dataOf(kept, this.#gate.Failure), isStale: !!(flags & 1) };
      this.#answered = { body, time: flags >>> 1 };
    } catch {
      // An answer that is an error is no data.
    }
  }

  /** @param {number} id @param {number} body @param {number} flags */
  notify(id, body, flags) {
    const kept = this.#bodies.get(body);
    const watch = this.#views.get(id);
    /** @param {Watch} watch @param {StoredBody} kept */
    const next = (watch, kept) => {
      // What is equal keeps its reference, for all who see this body.
      kept.value = share(watch.base, dataOf(kept, this.#gate.Failure));
      watch.base = kept.value;
      if (this.#layers.has(watch.view.url)) {
        this.#draw(watch);
        return watch.view.data;
      }
      return share(watch.view.data, watch.base);
    };
    watch?.view.update(kept && (() => next(watch, kept)), !!(flags & 1), !!(flags & 2));
  }

  /** The layers of a URL are others than before. @param {string} url */
  redraw(url) {
    for (const watch of this.#views.values()) {
      if (watch.view.url === url && watch.base !== undefined) {
        this.#draw(watch);
      }
    }
  }

  /** @param {number} id */
  blank(id) {
    const watch = this.#views.get(id);
    if (watch) {
      watch.base = undefined;
      watch.view.blank();
    }
  }

  /** Who fetches nothing of itself is to fetch. @param {number} id */
  due(id) {
    queueMicrotask(() => this.#views.get(id)?.options.onInvalidate?.());
  }

  /** @param {number} id @param {unknown} error */
  failed(id, error) {
    this.#views.get(id)?.view.fail(error);
  }

  /** @param {View} view @param {unknown} key @param {Options} options */
  #watch(view, key, options) {
    const made = this.#prepare(key, options);
    const id = this.#reads.next();
    const watch = { view, key, options, made, base: undefined };
    view.begin(id, made.call.url);
    if (this.#gate.isOpen) {
      this.#views.set(id, watch);
      this.#reads.hold(id, made);
      this.#reads.tell(wire.QUERY, id, 2, made.call, [options.text]);
    } else {
      this.#native.add(id, watch);
      this.#native.fetch(id);
    }
  }

  /** @param {number} id */
  #unwatch(id) {
    this.#views.delete(id);
    this.#native.delete(id);
    this.#gate.tell(wire.ABORT, id);
    this.#reads.release(id);
  }

  /**
   * Shows a view its data with layers, once the client has returned: until then neither may be what it will be, and
   * layers may be functions of the page's.
   * @param {Watch} watch
   */
  #draw(watch) {
    this.#undrawn.add(watch);
    if (this.#undrawn.size === 1) {
      this.#gate.first(() => {
        for (const { view, base } of this.#undrawn) {
          if (base !== undefined) {
            view.show(share(view.data, this.#layers.over(view.url, base)));
          }
        }
        this.#undrawn.clear();
      });
    }
  }

  /** What a query is given. @param {string} url @param {unknown} base @returns {any} */
  #layered(url, base) {
    return this.#layers.has(url)
      ? Promise.resolve(base).then((data) => this.#layers.over(url, data))
      : base;
  }

  /**
   * What to send, and what to make of the answer.
   * @param {unknown} key
   * @param {Options} options
   * @returns {Made & { finish: (response: Response) => Promise<any> }}
   */
  #prepare(key, { fetcher, init, signal, persist, enabled }) {
    const url = urlOf(key);
    const args = [url, { ...init, signal }];
    const target = read(args);
    const call = target && decode(target);
    if (call?.method !== 'GET' || call.opaque) {
      throw new this.#gate.Failure('config-invalid', 'init: must be that of a plain GET');
    }
    if (fetcher ? isUrl(key) : enabled !== false && !isUrl(key)) {
      throw new this.#gate.Failure(
        'config-invalid',
        fetcher
          ? `fetcher: ${key} is fetched as it is; give what is made of it a name, such as ['posts']`
          : 'fetcher: is needed for a key that is no URL',
      );
    }
    const native = fetcher
      ? (/** @type {any[]} */ [, { signal = new AbortController().signal }]) =>
          /** @type {any} */ (
            produce(url, signal, persist, (track) => fetcher({ key, signal, track }))
          )
      : (/** @type {any[]} */ list) => this.#reads.native(list);
    /** @param {Response} response */
    const finish = (response) => {
      const layers = this.#layers.at(url);
      return dataOfResponse(response, this.#gate.Failure).then(layers);
    };
    return { call, args, native, finish };
  }
}

/**
 * What a page's function makes, with what it was made of.
 * @param {string} url of its key
 * @param {AbortSignal} signal
 * @param {boolean | undefined} isStored
 * @param {(track: Track) => unknown} work
 */
async function produce(url, signal, isStored, work) {
  /** @type {Set<string>} */
  const tags = new Set();
  const value = await collect(new URL(url).origin, signal, tags, work);
  tags.delete('');
  return new Produced(value, [...tags].join(), isStored);
}
