// @ts-check

import { ApiError } from '../shared/api.js';
import { isOffline } from '../shared/connection.js';
import { h } from '../shared/dom.js';
import { mutationsOf, send } from '../shared/mutations.js';
import { Status } from '../shared/status.js';

/** @typedef {import('../shared/mutations.js').Change} Change */

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
   * @param {(message: any) => Change['options']} options.change what a message changes on this page
   * @param {() => void} options.onSent it was posted, or may have been, though no answer came
   */
  constructor({ name, url, label, action, sent, titled, change, onSent }) {
    this.url = url;
    this.sent = sent;
    this.change = change;
    this.onSent = onSent;
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
    const message = { author, ...title, text: this.text.value };
    const before = this.#kept();
    const answer = send({
      method: 'POST',
      url: this.url,
      body: message,
      options: this.change(message),
    });
    const isKept = this.#kept() > before;
    if (isKept) {
      // It is in storage by now, and on the page: whatever happens, there is nothing to type again.
      this.#clear();
      const fate = isOffline() ? 'until there is a network' : 'and on its way';
      this.status.say('busy', `Kept in this browser, ${fate}.`);
    } else {
      this.button.disabled = true;
      this.status.say('busy', 'Sending…');
    }
    try {
      await answer;
      if (!isKept) {
        this.#clear();
      }
      this.status.say('done', this.sent);
      this.onSent();
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      if (isKept) {
        this.status.say('idle', '');
      } else {
        this.#failed(error);
      }
    } finally {
      this.button.disabled = false;
    }
  }

  /** How many messages to this URL are in storage. */
  #kept() {
    return mutationsOf(this.url).filter(({ durable }) => durable).length;
  }

  #clear() {
    this.text.value = '';
    if (this.title !== null) {
      this.title.value = '';
    }
  }

  /** @param {ApiError} error */
  #failed(error) {
    if (error.unanswered) {
      this.onSent();
    }
    const doubt = error.unanswered
      ? 'It may have been posted all the same: look before you try again.'
      : '';
    this.status.fail(`${error.message} ${doubt}`, () => this.#send());
  }
}
