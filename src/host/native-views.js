// @ts-check
/**
 * Views while there is no client: each is filled by its own fetch, whenever somebody asks for that.
 */
import { attempt } from './reads.js';

/** @import { Watch } from './queries.js' */

export class NativeViews {
  /** @type {Map<number, Watch>} */ #all = new Map();

  /** @param {number} id @param {Watch} watch */
  add(id, watch) {
    this.#all.set(id, watch);
  }

  /** @param {number} id */
  delete(id) {
    this.#all.delete(id);
  }

  /** Gives all of them away: there is a client. */
  take() {
    const all = [...this.#all.values()];
    this.#all.clear();
    return all;
  }

  /** Fills one, if it is one of these. @param {number} id */
  fetch(id) {
    const watch = this.#all.get(id);
    if (!watch) {
      return;
    }
    const { view, made } = watch;
    const last = { ...watch };
    this.#all.set(id, last);
    // There may be a client by then, or a later answer.
    const shows = () => this.#all.get(id) === last;
    view.update(undefined, false, true);
    attempt(() => made.native(made.args))
      .then(made.finish)
      .then(
        (data) => shows() && view.update(() => data, false, false),
        (error) => shows() && view.fail(error),
      );
  }

  /** Something has changed: all that is shown is asked for anew. */
  refresh() {
    for (const [id, { options }] of this.#all) {
      if (options.enabled !== false) {
        this.fetch(id);
      }
    }
  }
}
