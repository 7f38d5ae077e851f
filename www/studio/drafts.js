// @ts-check

/**
 * Text that is written but not saved.
 *
 * @typedef {object} Draft
 * @property {string} title
 * @property {string} text
 */

/** The unsaved scenes of this page, by id: going to another scene and back loses nothing. */
export class Drafts {
  /** @type {Map<number, Draft>} */
  #drafts = new Map();
  /** @type {Map<number, Draft>} what is on its way to the server */
  #sent = new Map();

  /** @param {() => void} onChange called when a scene becomes unsaved, or no longer is */
  constructor(onChange) {
    this.onChange = onChange;
    addEventListener('beforeunload', (event) => {
      if (this.#atRisk()) {
        event.preventDefault();
      }
    });
  }

  /** @param {number} id */
  get(id) {
    return this.#drafts.get(id);
  }

  /** @param {number} id */
  has(id) {
    return this.#drafts.has(id);
  }

  /**
   * @param {number} id
   * @param {Draft} draft
   */
  set(id, draft) {
    const isNew = !this.#drafts.has(id);
    this.#drafts.set(id, draft);
    if (isNew) {
      this.onChange();
    }
  }

  /** @param {number} id */
  drop(id) {
    if (this.#drafts.delete(id)) {
      this.onChange();
    }
  }

  /**
   * A draft is on its way: leaving the page does not lose it any more.
   *
   * @param {number} id
   * @param {Draft} draft
   */
  sending(id, draft) {
    this.#sent.set(id, draft);
  }

  /**
   * It is not on its way any more, unless a later one is.
   *
   * @param {number} id
   * @param {Draft} draft
   */
  settled(id, draft) {
    if (this.#sent.get(id) === draft) {
      this.#sent.delete(id);
    }
  }

  /**
   * Whether this page waits for an answer.
   *
   * @param {number} id
   */
  isSending(id) {
    return this.#sent.has(id);
  }

  /**
   * Whether there is text that was not sent.
   *
   * @param {number} id
   */
  isDirty(id) {
    const draft = this.#drafts.get(id);
    return draft !== undefined && !same(draft, this.#sent.get(id));
  }

  #atRisk() {
    return [...this.#drafts.keys()].some((id) => this.isDirty(id));
  }
}

/**
 * @param {Draft} a
 * @param {Draft | undefined} b
 */
export function same(a, b) {
  return a.title === b?.title && a.text === b?.text;
}
