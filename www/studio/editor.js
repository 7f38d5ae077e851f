// @ts-check

import { ApiError, write } from '../shared/api.js';
import { byId } from '../shared/dom.js';
import { Reading } from '../shared/reading.js';
import { Status } from '../shared/status.js';
import { ago, counted, timeOfDay, words } from '../shared/units.js';
import { same } from './drafts.js';

/** @typedef {import('./shapes.js').Scene} Scene */
/** @typedef {import('./drafts.js').Draft} Draft */
/** @typedef {import('./drafts.js').Drafts} Drafts */

/** The scene that is open: its text, whether it is saved, and the saving. */
export class Editor {
  /** @type {number | null} */
  id = null;
  /** @type {Scene | null} what the server had when we last heard of it */
  #server = null;
  /** @type {Set<number>} scenes whose save is under way */
  #saving = new Set();

  #form = byId('editor', HTMLFormElement);
  #title = byId('scene-title', HTMLInputElement);
  #text = byId('scene-text', HTMLTextAreaElement);
  #count = byId('scene-words');
  #save = byId('scene-save', HTMLButtonElement);
  #discard = byId('scene-discard', HTMLButtonElement);
  #delete = byId('scene-delete', HTMLButtonElement);
  #status = new Status('scene');
  #reading = new Reading('scene', (data) => this.#show(data));

  /**
   * @param {Drafts} drafts
   * @param {object} on
   * @param {() => void} on.saved the server has something new
   * @param {(id: number) => void} on.remove the writer wants to delete this scene
   */
  constructor(drafts, on) {
    this.drafts = drafts;
    this.on = on;
    byId('scene-from').append(this.#reading.badge.element);
    byId('scene-problem').append(this.#reading.problem);
    byId('scene-status').append(this.#status.element);
    this.#title.addEventListener('input', () => this.#changed());
    this.#text.addEventListener('input', () => this.#changed());
    this.#discard.addEventListener('click', () => this.#revert());
    this.#delete.addEventListener('click', () => this.id !== null && on.remove(this.id));
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.save();
    });
    addEventListener('keydown', (event) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 's') {
        event.preventDefault();
        this.save();
      }
    });
  }

  /**
   * Shows a scene.
   *
   * @param {number} id
   */
  async open(id) {
    if (this.id !== id) {
      this.id = id;
      this.#server = null;
      this.#fill({ title: '', text: '' });
      this.#is('loading');
      this.#status.say('idle', '');
    }
    const shown = await this.#reading.open(url(id));
    if (!shown && this.id === id && this.#server === null) {
      this.#is('failed');
    }
  }

  /** Shows that no scene is open. */
  close() {
    this.id = null;
    this.#server = null;
    this.#reading.close();
    this.#is('empty');
  }

  /** Puts the cursor where a new scene begins. */
  focus() {
    this.#title.focus();
    this.#title.select();
  }

  /** Saves what is unsaved. Safe to call at any time. */
  async save() {
    const { id } = this;
    const draft = id === null ? undefined : this.drafts.get(id);
    if (
      id === null ||
      draft === undefined ||
      this.#saving.has(id) ||
      !this.#form.reportValidity()
    ) {
      return;
    }
    this.#saving.add(id);
    this.drafts.sending(id, draft);
    this.#refresh();
    try {
      const { data, from } = await write('PATCH', url(id), draft);
      this.#saved(id, draft);
      if (this.id === id) {
        this.#reading.adopt(url(id), data, from);
        this.#refresh(`Saved at ${timeOfDay(Date.now())}, version ${data.version}`);
      }
      this.on.saved();
    } catch (error) {
      await this.#notSaved(id, draft, error);
    } finally {
      this.#saving.delete(id);
      this.drafts.settled(id);
      this.#buttons();
    }
  }

  /** Reads the scene once more, after its data may have changed elsewhere. */
  async again() {
    await this.#reading.again();
  }

  /** @param {Scene} scene */
  #show(scene) {
    const draft = this.drafts.get(scene.id);
    if (draft !== undefined && same(draft, scene)) {
      this.drafts.drop(scene.id);
    }
    this.#server = scene;
    this.#fill(this.drafts.get(scene.id) ?? scene);
    this.#is('ready');
    this.#refresh();
  }

  #changed() {
    if (this.id === null || this.#server === null) {
      return;
    }
    const draft = { title: this.#title.value, text: this.#text.value };
    if (same(draft, this.#server)) {
      this.drafts.drop(this.id);
    } else {
      this.drafts.set(this.id, draft);
    }
    this.#refresh();
  }

  #revert() {
    if (this.id !== null && this.#server !== null) {
      this.drafts.drop(this.id);
      this.#fill(this.#server);
      this.#refresh();
      this.#text.focus();
    }
  }

  /**
   * @param {number} id
   * @param {Draft} sent
   */
  #saved(id, sent) {
    const draft = this.drafts.get(id);
    if (draft !== undefined && same(draft, sent)) {
      this.drafts.drop(id);
    }
  }

  /**
   * The text stays as it is. Where no answer came, the server may have it all the same: look.
   *
   * @param {number} id
   * @param {Draft} sent
   * @param {unknown} error
   */
  async #notSaved(id, sent, error) {
    if (!(error instanceof ApiError)) {
      throw error;
    }
    if (this.id !== id) {
      return;
    }
    if (error.unanswered) {
      this.#status.say('busy', 'No answer came. Looking whether it was saved…');
      if (
        (await this.#reading.again()) &&
        this.id === id &&
        this.#server !== null &&
        same(sent, this.#server)
      ) {
        this.#refresh('The answer was lost, but your text was saved');
        this.on.saved();
        return;
      }
    }
    if (this.id === id) {
      this.#status.fail(`Not saved: ${error.message} Your text is still here.`, () => this.save());
    }
  }

  /** @param {Draft} draft */
  #fill({ title, text }) {
    // Setting a value moves the cursor, so a value that is right is left alone.
    if (this.#title.value !== title) {
      this.#title.value = title;
    }
    if (this.#text.value !== text) {
      this.#text.value = text;
    }
  }

  /** @param {'empty' | 'loading' | 'ready' | 'failed'} state */
  #is(state) {
    this.#form.dataset.state = state;
    this.#form.setAttribute('aria-busy', String(state === 'loading'));
    this.#title.disabled = state !== 'ready';
    this.#text.disabled = state !== 'ready';
    if (state !== 'ready') {
      this.#count.textContent = '';
    }
    this.#buttons();
  }

  /** @param {string} [done] what to say where nothing is unsaved */
  #refresh(done) {
    this.#buttons();
    if (this.id === null || this.#server === null) {
      return;
    }
    this.#count.textContent = counted(words(this.#text.value), 'word', 'words');
    if (this.#saving.has(this.id) && done === undefined) {
      this.#status.say('busy', 'Saving…');
    } else if (this.drafts.has(this.id)) {
      this.#status.say('dirty', 'Unsaved changes');
    } else {
      const when = ago(new Date(this.#server.updatedAt));
      this.#status.say('done', done ?? `All saved. Version ${this.#server.version}, ${when}`);
    }
  }

  #buttons() {
    const ready = this.#form.dataset.state === 'ready';
    const dirty = ready && this.id !== null && this.drafts.has(this.id);
    const busy = this.id !== null && this.#saving.has(this.id);
    this.#save.disabled = !dirty || busy;
    this.#discard.hidden = !dirty || busy;
    this.#delete.disabled = !ready || busy;
  }
}

/** @param {number} id */
function url(id) {
  return `/studio/api/scenes/${id}`;
}
