// @ts-check

import { ApiError } from '../shared/api.js';
import { byId } from '../shared/dom.js';
import { onMutations } from '../shared/mutations.js';
import { Reading } from '../shared/reading.js';
import { running } from '../shared/start.js';
import { Status } from '../shared/status.js';
import { ago, counted, timeOfDay, words } from '../shared/units.js';
import { same } from './drafts.js';
import {
  edited,
  giveUp,
  reason,
  refusedEdits,
  saveScene,
  sceneUrl,
  told,
  tryAgain,
  underWay,
} from './saving.js';

/** @typedef {import('./shapes.js').Scene} Scene */
/** @typedef {import('./drafts.js').Draft} Draft */
/** @typedef {import('./drafts.js').Drafts} Drafts */

/** The scene that is open: its text, whether it is saved, and the saving. */
export class Editor {
  /** @type {number | null} */
  id = null;
  /** @type {Scene | null} what the server had when we last heard of it */
  #server = null;
  /** Whether an edit of the open scene was on its way when that was looked at last. */
  #wasUnderWay = false;
  /** Why an edit was refused, by its id. */
  #reason = { id: '', text: '' };

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

  /** Follows what becomes of edits, also of those from before a refresh. */
  follow() {
    onMutations(() => this.#followed());
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
      this.#wasUnderWay = false;
      this.#fill({ title: '', text: '' });
      this.#is('loading');
      this.#status.say('idle', '');
    }
    const shown = await this.#reading.open(sceneUrl(id));
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
      !this.drafts.isDirty(id) ||
      this.#isBusy() ||
      !this.#form.reportValidity()
    ) {
      return;
    }
    const began = performance.now();
    const answer = saveScene(id, draft);
    this.drafts.sending(id, draft);
    this.#refresh();
    try {
      const scene = await answer;
      this.drafts.settled(id, draft);
      this.#saved(id, draft);
      if (this.id === id && scene !== undefined) {
        const took = performance.now() - began;
        this.#reading.adopt(sceneUrl(id), scene, { source: 'write', age: 0, stale: false, took });
        this.#refresh(savedAs(scene));
      } else if (this.id === id) {
        await this.#look();
      }
      this.on.saved();
    } catch (error) {
      this.drafts.settled(id, draft);
      await this.#notSaved(id, draft, error);
    } finally {
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
    this.#fill(this.drafts.get(scene.id) ?? edited(scene.id) ?? scene);
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
      giveUp(this.id);
      this.drafts.drop(this.id);
      this.#fill(edited(this.id) ?? this.#server);
      this.#refresh();
      this.#text.focus();
    }
  }

  /** Something has become of an edit. */
  async #followed() {
    const { id } = this;
    if (id === null || this.#server === null) {
      return;
    }
    const isUnderWay = underWay(id).length > 0;
    const hasEnded = this.#wasUnderWay && !isUnderWay && !this.drafts.isSending(id);
    this.#wasUnderWay = isUnderWay;
    this.#refresh();
    if (hasEnded && refusedEdits(id).length === 0) {
      await this.#look();
      this.on.saved();
    }
  }

  /** Shows what the server has, after an edit whose answer this page did not get. */
  async #look() {
    const { id } = this;
    if ((await this.#reading.again()) && this.id === id && this.#server !== null) {
      this.#refresh(savedAs(this.#server));
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
    if (error.discarded || refusedEdits(id).length > 0) {
      this.#refresh();
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
    const [sent] = underWay(this.id);
    const [refused] = refusedEdits(this.id);
    if (refused !== undefined) {
      this.#refused(this.id, refused);
    } else if (this.drafts.isDirty(this.id)) {
      this.#status.say('dirty', 'Unsaved changes');
    } else if (sent !== undefined) {
      this.#status.say('busy', told(sent));
    } else if (this.drafts.isSending(this.id) && done === undefined) {
      this.#status.say('busy', 'Saving…');
    } else {
      const when = ago(new Date(this.#server.updatedAt));
      this.#status.say('done', done ?? `All saved. Version ${this.#server.version}, ${when}`);
    }
  }

  /**
   * Says why an edit was refused, and offers what can be done.
   *
   * @param {number} id
   * @param {import('everfresh').MutationInfo} edit
   */
  async #refused(id, edit) {
    if (this.#reason.id !== edit.id) {
      this.#reason = { id: edit.id, text: await reason(edit) };
    }
    if (this.id !== id || !refusedEdits(id).some((other) => other.id === edit.id)) {
      return;
    }
    const isHere = this.drafts.has(id);
    this.#status.fail(
      isHere
        ? `Not saved: ${this.#reason.text} Your text is still here.`
        : `Not saved, an earlier edit of this scene: ${this.#reason.text}`,
      () => (isHere ? this.save() : tryAgain(id)),
      () => this.#revert(),
    );
  }

  #isRefused() {
    return this.id !== null && refusedEdits(this.id).length > 0;
  }

  /** Without an outbox, saves go one after the other. */
  #isBusy() {
    return this.id !== null && this.drafts.isSending(this.id) && running() === null;
  }

  #buttons() {
    const ready = this.#form.dataset.state === 'ready';
    const dirty = ready && this.id !== null && this.drafts.isDirty(this.id);
    const busy = this.#isBusy();
    this.#save.disabled = !dirty || busy;
    this.#discard.hidden = !dirty || busy || this.#isRefused();
    this.#delete.disabled = !ready || (this.id !== null && this.drafts.isSending(this.id));
  }
}

/** @param {Scene} scene */
function savedAs({ version }) {
  return `Saved at ${timeOfDay(Date.now())}, version ${version}`;
}
