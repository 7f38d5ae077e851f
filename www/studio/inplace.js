// @ts-check

import { ApiError, write } from '../shared/api.js';
import { h, put, skeleton } from '../shared/dom.js';

/** A line or a paragraph that can be changed where it stands. */
export class InPlace {
  #url = '';
  #value = '';

  /**
   * @param {object} options
   * @param {string} options.name for tests: `data-testid="NAME-text"`, `NAME-edit`, `NAME-input`, `NAME-save`
   * @param {string} options.what its name for people
   * @param {'h1' | 'h2' | 'p'} options.tag a `p` may have several lines
   * @param {string} options.field what a `PATCH` calls it
   * @param {() => void} options.onSaved
   */
  constructor({ name, what, tag, field, onSaved }) {
    this.field = field;
    this.onSaved = onSaved;
    this.text = h(tag, { 'data-testid': `${name}-text` });
    this.edit = h(
      'button',
      {
        class: 'button quiet small',
        type: 'button',
        'aria-label': `Edit the ${what}`,
        'data-testid': `${name}-edit`,
        onclick: () => this.#open(),
      },
      'Edit',
    );
    const props = { class: 'input', 'aria-label': `The ${what}`, 'data-testid': `${name}-input` };
    this.input =
      tag === 'p'
        ? h('textarea', { ...props, rows: 6, maxlength: 10_000 })
        : h('input', {
            ...props,
            required: true,
            maxlength: 200,
            pattern: '.*\\S.*',
            title: 'A title, not blank',
          });
    this.save = h(
      'button',
      { class: 'button primary small', 'data-testid': `${name}-save` },
      'Save',
    );
    const cancel = h(
      'button',
      { class: 'button small', type: 'button', onclick: () => this.#close() },
      'Cancel',
    );
    this.problem = h('p', { class: 'small problem', role: 'alert' });
    this.form = h(
      'form',
      {
        class: 'inplace-form',
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          this.#submit();
        },
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
          if (event.key === 'Escape') {
            this.#close();
          }
        },
      },
      this.input,
      h('div', { class: 'row' }, this.save, cancel),
      this.problem,
    );
    this.element = h('div', { class: 'inplace' });
    this.wait(75);
  }

  /**
   * Nothing is known yet.
   *
   * @param {...number} widths of the lines that will be here, in percent
   */
  wait(...widths) {
    this.#url = '';
    put(this.text, skeleton(...widths));
    put(this.element, this.text);
  }

  /**
   * @param {string} url what a `PATCH` goes to
   * @param {string} value
   */
  show(url, value) {
    const isEditing = this.element.contains(this.form) && this.#url === url;
    this.#url = url;
    this.#value = value;
    this.text.textContent = value;
    // Put there once only: the button may have the focus.
    if (!isEditing && !this.element.contains(this.edit)) {
      put(this.element, this.text, this.edit);
    }
  }

  #open() {
    this.input.value = this.#value;
    this.problem.textContent = '';
    put(this.element, this.form);
    this.input.focus();
    this.input.select();
  }

  #close() {
    put(this.element, this.text, this.edit);
    this.edit.focus();
  }

  async #submit() {
    const url = this.#url;
    const { value } = this.input;
    if (value === this.#value) {
      this.#close();
      return;
    }
    this.save.disabled = true;
    this.problem.textContent = '';
    try {
      await write('PATCH', url, { [this.field]: value });
      if (this.#url === url) {
        this.show(url, value);
        this.#close();
      }
      this.onSaved();
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      this.problem.textContent = `Not saved: ${error.message}`;
      if (error.unanswered) {
        this.onSaved();
      }
    } finally {
      this.save.disabled = false;
    }
  }
}
