// @ts-check
/**
 * What somebody who watches a key is shown.
 */
/**
 * How a view reaches the client.
 * @typedef {object} Guide
 * @property {(view: View, key: unknown) => void} watch
 * @property {(id: number) => void} unwatch
 * @property {(id: number) => void} refetch
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

export class View {
  /** Of the key that is watched. */
  url = '';
  #id = 0;
  #listener;
  #keepsPrevious;
  #guide;
  #state = NOTHING;
  /** What was told last. @type {State | undefined} */ #told;
  /** The members that somebody has looked at: a change of the others is not told. @type {Set<string>} */
  #seen = new Set();
  #waiting = false;
  #over = false;

  /**
   * @param {(state: State) => void} listener
   * @param {boolean} keepsPrevious
   * @param {Guide} guide
   */
  constructor(listener, keepsPrevious, guide) {
    this.#listener = listener;
    this.#keepsPrevious = keepsPrevious;
    this.#guide = guide;
  }

  /** What is shown. Each member that is read is one whose changes the listener hears of. */
  get state() {
    const state = {};
    for (const name of Object.keys(this.#state)) {
      const value = this.#state[/** @type {keyof State} */ (name)];
      Object.defineProperty(state, name, {
        enumerable: true,
        get: () => {
          this.#seen.add(name);
          return value;
        },
      });
    }
    return /** @type {State} */ (state);
  }

  get data() {
    return this.#state.data;
  }

  get isFetching() {
    return this.#state.isFetching;
  }

  get hasData() {
    return this.#state.data !== undefined && !this.#state.isPreviousData;
  }

  /** Watches another key. @param {unknown} key */
  setKey(key) {
    if (this.#over) {
      return;
    }
    this.#leave();
    const { data } = this.#state;
    this.#state =
      this.#keepsPrevious && data !== undefined
        ? { ...NOTHING, data, isPreviousData: true }
        : NOTHING;
    this.#guide.watch(this, key);
    this.#tell();
  }

  /** Fetches anew. */
  refetch() {
    this.#guide.refetch(this.#id);
  }

  /** Watches no more. */
  unsubscribe() {
    this.#over = true;
    this.#leave();
  }

  /** @param {number} id @param {string} url */
  begin(id, url) {
    this.#id = id;
    this.url = url;
    this.#set({ isFetching: true });
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

  /** What is shown is somebody else's. */
  blank() {
    this.#set({ ...NOTHING, isFetching: this.isFetching });
  }

  /** @param {unknown} error */
  fail(error) {
    this.#set({ error, isFetching: false });
  }

  #leave() {
    if (this.#id) {
      this.#guide.unwatch(this.#id);
      this.#id = 0;
    }
  }

  /** @param {Partial<State>} change */
  #set(change) {
    const state = { ...this.#state, ...change };
    state.isLoading = state.isFetching && (state.data === undefined || state.isPreviousData);
    this.#state = state;
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
      if (!this.#over && this.#hasNews()) {
        this.#told = this.#state;
        try {
          this.#listener(this.state);
        } catch (error) {
          reportError(error);
        }
      }
    });
  }

  #hasNews() {
    const told = this.#told;
    const names = /** @type {(keyof State)[]} */ (Object.keys(NOTHING));
    return (
      !told ||
      names.some(
        (name) =>
          (!this.#seen.size || this.#seen.has(name)) && !Object.is(told[name], this.#state[name]),
      )
    );
  }
}
