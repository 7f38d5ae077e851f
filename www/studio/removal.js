// @ts-check

import { ApiError, write } from '../shared/api.js';
import { byId } from '../shared/dom.js';

/** Asks before a scene is deleted, and deletes it. */
export class Removal {
  /** @type {number | null} */
  #id = null;
  #dialog = byId('delete-dialog', HTMLDialogElement);
  #problem = byId('delete-problem');
  #confirm = byId('delete-confirm', HTMLButtonElement);

  /** @param {(id: number) => void} onRemoved */
  constructor(onRemoved) {
    this.onRemoved = onRemoved;
    byId('delete-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#remove();
    });
    byId('delete-cancel').addEventListener('click', () => this.#dialog.close());
  }

  /**
   * Asks.
   *
   * @param {number} id
   */
  ask(id) {
    this.#id = id;
    this.#problem.textContent = '';
    this.#dialog.showModal();
  }

  async #remove() {
    const id = this.#id;
    if (id === null) {
      return;
    }
    this.#confirm.disabled = true;
    this.#problem.textContent = '';
    try {
      await write('DELETE', `/studio/api/scenes/${id}`);
      this.#done(id);
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      if (error.status === 404) {
        // An earlier try may have worked although its answer was lost.
        this.#done(id);
      } else {
        this.#problem.textContent = `Not deleted: ${error.message}`;
      }
    } finally {
      this.#confirm.disabled = false;
    }
  }

  /** @param {number} id */
  #done(id) {
    this.#dialog.close();
    this.onRemoved(id);
  }
}
