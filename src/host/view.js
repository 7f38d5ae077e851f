// @ts-check
/**
 * What those who look at a key are shown: while somebody listens it is watched, otherwise it is what is there.
 */
import { share } from './share.js';

/**
 * How a view reaches the client.
 * @typedef {object} Guide
 * @property {(view: View, key: unknown) => void} watch
 * @property {(id: number) => void} unwatch
 * @property {(id: number) => void} refetch
 * @property {(key: unknown) => { data: unknown, isStale: boolean } | undefined} peek what is there, at once
 * @property {boolean} enabled it is fetched while it is watched
 */

/**
 * @typedef {object} State
 * @property {unknown} data
 * @property {unknown} error
 * @property {boolean} isLoading
 * @property {boolean} isFetching
 * @property {boolean} isStale
 * @property {boolean} isPreviousData
 */

/** @type {State} */
const NOTHING = {
  data: undefined,
  error: undefined,
  isLoading: false,
  isFetching: false,
  isStale: false,
  isPreviousData: false,
};
const NAMES = /** @type {(keyof State)[]} */ (Object.keys(NOTHING));

export class View {
  /** Of the key that is watched. */
  url = '';
  #id = 0;
  #key;
  #guide;
  /** @type {Set<(state: State) => void>} */ #listeners = new Set();
  /** Data of the key before. */ #previous;
  #state = NOTHING;
  /** What was told last. @type {State | undefined} */ #told;
  /** What was given out last: it is another one once a member that somebody has looked at has changed. */
  #given = { raw: NOTHING, state: /** @type {State | undefined} */ (undefined) };
  /** The members that somebody has looked at: a change of the others is not told. @type {Set<string>} */
  #seen = new Set();
  #selection = {
    select: /** @type {unknown} */ (undefined),
    of: /** @type {unknown} */ (undefined),
    data: /** @type {unknown} */ (undefined),
  };
  #waiting = false;
  #over = false;

  /**
   * @param {unknown} key
   * @param {unknown} previous data that is shown until that of the key is there
   * @param {Guide} guide
   */
  constructor(key, previous, guide) {
    this.#key = key;
    this.#previous = previous;
    this.#guide = guide;
  }

  /** What is shown. Each member that is read is one whose changes listeners hear of. */
  get state() {
    return this.read();
  }

  /**
   * As {@link state}, with a selection in place of the data. It is the same object until something that was read has
   * changed. This and the next two may be passed on without their view.
   * @param {(data: any) => unknown} [select]
   * @returns {State}
   */
  read = (select) => {
    const raw = this.#select(this.#current(), select);
    const given = this.#given;
    if (given.state && !this.#differs(given.raw, raw)) {
      given.raw = raw;
      return given.state;
    }
    const next = { raw, state: /** @type {State | undefined} */ (undefined) };
    next.state = this.#watched(next);
    this.#given = next;
    return next.state;
  };

  /**
   * Listens to changes, until the function given back is called: the first one begins to watch, the last one ends it.
   * @param {(state: any) => void} listener
   */
  subscribe = (listener) => {
    // Each subscription ends by itself, also that of a function that listens twice.
    const entry = (/** @type {State} */ state) => listener(state);
    this.#listeners.add(entry);
    // Who has looked knows what they saw.
    this.#told ??= this.#given.state && this.#given.raw;
    this.#watch();
    return () => {
      this.#listeners.delete(entry);
      // Who goes may be followed by who comes: the request goes on.
      queueMicrotask(() => this.#listeners.size || this.#leave());
    };
  };

  get data() {
    return this.#state.data;
  }

  get isFetching() {
    return this.#state.isFetching;
  }

  /**
   * Watches another key.
   * @param {unknown} key
   * @param {boolean} keepsPrevious the data is shown until there is other data
   */
  change(key, keepsPrevious) {
    if (this.#over) {
      return;
    }
    this.#leave();
    this.#key = key;
    this.#previous = keepsPrevious ? this.#state.data : undefined;
    this.#watch();
    this.#tell();
  }

  /** Fetches anew. */
  refetch = () => this.#guide.refetch(this.#id);

  /** Shows nothing to nobody any more. */
  unsubscribe() {
    this.#over = true;
    this.#listeners.clear();
    this.#leave();
  }

  /** @param {number} id @param {string} url */
  begin(id, url) {
    this.#id = id;
    this.url = url;
    this.#set({ isFetching: this.#guide.enabled });
  }

  /**
   * @param {(() => unknown) | undefined} next the data, where there is new data
   * @param {boolean} isStale
   * @param {boolean} isFetching
   */
  update(next, isStale, isFetching) {
    if (!next) {
      this.#set({ isStale, isFetching });
      return;
    }
    try {
      const data = next();
      this.#set({ data, error: undefined, isPreviousData: false, isStale, isFetching });
    } catch (error) {
      this.#set({ error, isStale, isFetching });
    }
  }

  /** The same data is shown in another way. @param {unknown} data */
  show(data) {
    this.#set({ data });
  }

  /** What is shown is somebody else's. */
  blank() {
    this.#set({ ...NOTHING, isFetching: this.isFetching });
  }

  /** @param {unknown} error */
  fail(error) {
    this.#set({ error, isFetching: false });
  }

  #watch() {
    if (!this.#id && !this.#over) {
      this.#state = this.#initial;
      this.#guide.watch(this, this.#key);
    }
  }

  #leave() {
    if (this.#id) {
      this.#guide.unwatch(this.#id);
      this.#id = 0;
    }
  }

  /** What is shown before anything is known of the key. */
  get #initial() {
    return this.#previous === undefined
      ? NOTHING
      : { ...NOTHING, data: this.#previous, isPreviousData: true };
  }

  /** What is shown; where nobody watches, what they would be shown. @returns {State} */
  #current() {
    if (this.#id || this.#over) {
      return this.#state;
    }
    const found = this.#guide.peek(this.#key);
    const isFetching = this.#guide.enabled && (!found || found.isStale);
    this.#state = loading({
      ...this.#initial,
      ...found,
      isPreviousData: !found && this.#previous !== undefined,
      isFetching,
    });
    return this.#state;
  }

  /** @param {State} raw @param {((data: any) => unknown) | undefined} select @returns {State} */
  #select(raw, select) {
    if (!select || raw.data === undefined) {
      return raw;
    }
    const last = this.#selection;
    if (last.select !== select || last.of !== raw.data) {
      try {
        const data = share(last.data, select(raw.data));
        this.#selection = { select, of: raw.data, data };
      } catch (error) {
        return { ...raw, data: undefined, error };
      }
    }
    return { ...raw, data: this.#selection.data };
  }

  /** @param {Partial<State>} change */
  #set(change) {
    this.#state = loading({ ...this.#state, ...change });
    this.#tell();
  }

  /** Tells of all that changes within a task at once. */
  #tell() {
    if (this.#waiting) {
      return;
    }
    this.#waiting = true;
    queueMicrotask(() => {
      this.#waiting = false;
      if (this.#told && !this.#differs(this.#told, this.#state)) {
        return;
      }
      this.#told = this.#state;
      for (const listener of this.#listeners) {
        try {
          listener(this.#watched({ raw: this.#state }));
        } catch (error) {
          reportError(error);
        }
      }
    });
  }

  /** A state whose members say that they are looked at. @param {{ raw: State }} of @returns {State} */
  #watched(of) {
    const state = /** @type {any} */ ({ refetch: this.refetch });
    for (const name of NAMES) {
      const get = () => {
        this.#seen.add(name);
        return of.raw[name];
      };
      Object.defineProperty(state, name, { enumerable: true, get });
    }
    return state;
  }

  /** Whether something differs that somebody looks at. @param {State} a @param {State} b */
  #differs(a, b) {
    const seen = this.#seen;
    return NAMES.some((name) => (!seen.size || seen.has(name)) && !Object.is(a[name], b[name]));
  }
}

/** @param {State} state */
function loading(state) {
  const isLoading = state.isFetching && (state.data === undefined || state.isPreviousData);
  return { ...state, isLoading };
}
