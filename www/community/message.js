// @ts-check

import { ApiError, write } from '../shared/api.js';
import { h } from '../shared/dom.js';
import { Status } from '../shared/status.js';

/** The name that was used last, so that nobody types it twice. */
let author = 'Guest';

/** A form that posts a message: a post with a title, or a reply without. */
export class Message {
  /**
   * @param {object} options
   * @param {string} options.name for tests: `data-testid="NAME-author"`, `NAME-title`, `NAME-text`, `NAME-send`
   * @param {string} options.url what it posts to
   * @param {string} options.label of the text
   * @param {string} options.action of the button
   * @param {string} options.sent what to say when it was posted
   * @param {boolean} options.titled
   * @param {(data: any) => void} options.onSent called with the answer
   * @param {() => void} options.onDoubt it may have been posted, though no answer came
   */
  constructor({ name, url, label, action, sent, titled, onSent, onDoubt }) {
    this.url = url;
    this.sent = sent;
    this.onSent = onSent;
    this.onDoubt = onDoubt;
    const line = {
      class: 'input',
      required: true,
      maxlength: 200,
      pattern: '.*\\S.*',
      autocomplete: 'off',
    };
    this.author = h('input', { ...line, 'data-testid': `${name}-author` });
    this.title = titled ? h('input', { ...line, 'data-testid': `${name}-title` }) : null;
    this.text = h('textarea', {
      class: 'input',
      required: true,
      maxlength: 10_000,
      'data-testid': `${name}-text`,
    });
    this.button = h('button', { class: 'button primary', 'data-testid': `${name}-send` }, action);
    this.status = new Status(name);
    this.element = h(
      'form',
      {
        class: 'message',
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          this.#send();
        },
      },
      h('label', { class: 'field name' }, h('span', {}, 'Your name'), this.author),
      this.title && h('label', { class: 'field' }, h('span', {}, 'Title'), this.title),
      h('label', { class: 'field' }, h('span', {}, label), this.text),
      h('div', { class: 'row send' }, this.button, this.status.element),
    );
    this.author.value = author;
  }

  async #send() {
    if (this.button.disabled || !this.element.reportValidity()) {
      return;
    }
    author = this.author.value;
    const title = this.title === null ? {} : { title: this.title.value };
    this.button.disabled = true;
    this.status.say('busy', 'Sending…');
    try {
      const { data } = await write('POST', this.url, { author, ...title, text: this.text.value });
      this.text.value = '';
      if (this.title !== null) {
        this.title.value = '';
      }
      this.status.say('done', this.sent);
      this.onSent(data);
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      if (error.unanswered) {
        this.onDoubt();
      }
      const doubt = error.unanswered
        ? 'It may have been posted all the same: look before you try again.'
        : '';
      this.status.fail(`${error.message} ${doubt}`, () => this.#send());
    } finally {
      this.button.disabled = false;
    }
  }
}
