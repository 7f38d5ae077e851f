// @ts-check

import { byId, h, put, skeleton } from '../shared/dom.js';
import { Reading } from '../shared/reading.js';
import { counted } from '../shared/units.js';
import { InPlace } from './inplace.js';
import { href } from './route.js';
import { sceneUrl } from './saving.js';

/** @typedef {import('./shapes.js').Story} Story */
/** @typedef {import('./shapes.js').StoryLine} StoryLine */
/** @typedef {import('./shapes.js').Chapter} Chapter */
/** @typedef {import('./route.js').Route} Route */

/** The stories, the chapters of the open story and the scenes of the open chapter. */
export class Outline {
  /** @type {Route} */
  route = { story: null, chapter: null, scene: null };
  /** @type {StoryLine[]} */
  stories = [];
  /** @type {Story | null} */
  story = null;
  /** @type {Chapter | null} */
  chapter = null;

  #select = byId('story-select', HTMLSelectElement);
  #chapters = byId('chapters');
  #stories = new Reading('stories', (data) => this.#showStories(data.stories));
  #storyReading = new Reading('story', (data) => this.#showStory(data));
  #chapterReading = new Reading('chapter', (data) => this.#showChapter(data));

  /**
   * @param {object} on
   * @param {(route: Route) => void} on.go
   * @param {() => void} on.changed the server has something new
   * @param {() => void} on.add the writer wants a new scene in the open chapter
   * @param {(id: number) => boolean} on.isUnsaved
   */
  constructor(on) {
    this.on = on;
    this.#select.addEventListener('change', () =>
      on.go({ story: Number(this.#select.value), chapter: null, scene: null }),
    );
    byId('stories-from').append(this.#stories.badge.element);
    byId('story-from').append(this.#storyReading.badge.element);
    byId('outline-problems').append(
      this.#stories.problem,
      this.#storyReading.problem,
      this.#chapterReading.problem,
    );
    this.storyName = new InPlace({
      name: 'story',
      what: 'title of this story',
      tag: 'h1',
      field: 'title',
      onSaved: on.changed,
    });
    this.foreword = new InPlace({
      name: 'foreword',
      what: 'foreword',
      tag: 'p',
      field: 'text',
      onSaved: on.changed,
    });
    this.chapterName = new InPlace({
      name: 'chapter',
      what: 'title of this chapter',
      tag: 'h2',
      field: 'title',
      onSaved: on.changed,
    });
    byId('story-name').append(this.storyName.element);
    byId('story-foreword').append(this.foreword.element);
    this.add = h(
      'button',
      {
        class: 'button quiet small',
        type: 'button',
        'data-testid': 'scene-add',
        onclick: () => on.add(),
      },
      'Add a scene',
    );
    this.addStatus = h('p', { class: 'small', role: 'alert', 'data-testid': 'status-add' });
  }

  /** Reads the list of stories. */
  async openStories() {
    await this.#stories.open('/studio/api/stories');
  }

  /** @param {number} id */
  async openStory(id) {
    if (this.story?.id !== id) {
      this.story = null;
      this.storyName.wait(75);
      this.foreword.wait(95, 88, 60);
      put(this.#chapters, skeleton(80, 65, 72));
    }
    await this.#storyReading.open(`/studio/api/stories/${id}`);
  }

  /** @param {number} id */
  async openChapter(id) {
    if (this.chapter?.id !== id) {
      this.chapter = null;
      this.chapterName.wait(75);
    }
    this.render();
    await this.#chapterReading.open(`/studio/api/chapters/${id}`);
  }

  /** Shows that the story has no chapter to open. */
  closeChapter() {
    this.chapter = null;
    this.#chapterReading.close();
    this.render();
  }

  /** Reads again what is shown, after a write: the cache knows what it still has. */
  async again() {
    await Promise.all([
      this.#stories.again(),
      this.#storyReading.again(),
      this.#chapterReading.again(),
    ]);
  }

  /** Draws the chapters and scenes. */
  render() {
    if (this.story === null) {
      return;
    }
    const focused = document.activeElement;
    const had = focused instanceof HTMLElement && this.#chapters.contains(focused) ? focused : null;
    put(this.#chapters, ...this.story.chapters.map((chapter) => this.#chapterItem(chapter)));
    if (had !== null) {
      // Taking an element out of the page loses its focus, and the keyboard would start over at the top.
      const twin = this.#chapters.querySelector(`[data-key="${had.dataset.key}"]`);
      const again = had.isConnected ? had : twin;
      if (again instanceof HTMLElement) {
        again.focus({ preventScroll: true });
      }
    }
  }

  /** @param {StoryLine[]} stories */
  #showStories(stories) {
    this.stories = stories;
    put(this.#select, ...stories.map(({ id, title }) => h('option', { value: id }, title)));
    byId('story-choice').hidden = stories.length < 2;
    this.#choose();
  }

  /** @param {Story} story */
  #showStory(story) {
    this.story = story;
    this.storyName.show(`/studio/api/stories/${story.id}`, story.title);
    this.foreword.show(`/studio/api/stories/${story.id}/write`, story.text);
    byId('story-author').textContent = `by ${story.author}`;
    document.title = `${story.title} – Studio – everfresh`;
    this.#choose();
    this.render();
  }

  /** @param {Chapter} chapter */
  #showChapter(chapter) {
    this.chapter = chapter;
    this.chapterName.show(`/studio/api/chapters/${chapter.id}`, chapter.title);
    this.render();
  }

  /** Marks the open story in the list of stories, and tells its size from there. */
  #choose() {
    if (this.route.story !== null) {
      this.#select.value = String(this.route.story);
    }
    const line = this.stories.find(({ id }) => id === this.route.story);
    byId('story-size').textContent =
      line === undefined
        ? ''
        : `${counted(line.sceneCount, 'scene', 'scenes')}, ${counted(line.wordCount, 'word', 'words')}`;
  }

  /** @param {Story['chapters'][number]} summary */
  #chapterItem({ id, title, sceneCount }) {
    const open = id === this.route.chapter;
    const target = { story: this.route.story, chapter: id, scene: null };
    if (!open) {
      const count = h('span', { class: 'count' }, counted(sceneCount, 'scene', 'scenes'));
      return h(
        'li',
        { class: 'chapter' },
        this.#link(target, `/studio/api/chapters/${id}`, false, `chapter-${id}`, title, count),
      );
    }
    return h(
      'li',
      { class: 'chapter open', 'data-testid': 'chapter' },
      this.chapterName.element,
      h('div', { class: 'from' }, this.#chapterReading.badge.element),
      this.#scenes(sceneCount),
      h('div', {}, this.add, this.addStatus),
    );
  }

  /** @param {number} expected how many scenes the story says there are */
  #scenes(expected) {
    if (this.chapter === null) {
      return skeleton(
        ...Array.from({ length: Math.max(expected, 1) }, (_, at) => 75 - (at % 3) * 12),
      );
    }
    const { id: chapter, scenes } = this.chapter;
    if (scenes.length === 0) {
      return h('p', { class: 'soft small empty' }, 'No scenes yet.');
    }
    return h(
      'ol',
      { class: 'scenes', 'aria-label': counted(scenes.length, 'scene', 'scenes') },
      ...scenes.map(({ id, title }) => {
        const route = { story: this.route.story, chapter, scene: id };
        const unsaved =
          this.on.isUnsaved(id) &&
          h('span', { class: 'unsaved', title: 'Unsaved changes' }, hidden('unsaved'));
        return h(
          'li',
          {},
          this.#link(route, sceneUrl(id), id === this.route.scene, `scene-${id}`, title, unsaved),
        );
      }),
    );
  }

  /**
   * A real link, so that it can be opened in another tab; a plain click stays on this page.
   *
   * @param {Route} route
   * @param {string} url what following it reads
   * @param {boolean} current
   * @param {string} key
   * @param {...import('../shared/dom.js').Child} content
   */
  #link(route, url, current, key, ...content) {
    return h(
      'a',
      {
        href: href(route),
        'data-prefetch': 'hover',
        'data-prefetch-url': url,
        'aria-current': current && 'true',
        'data-key': key,
        'data-testid': key,
        onclick: (/** @type {MouseEvent} */ event) => {
          if (!event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
            event.preventDefault();
            this.on.go(route);
          }
        },
      },
      ...content,
    );
  }
}

/** @param {string} text for those who hear the page */
function hidden(text) {
  return h('span', { class: 'visually-hidden' }, text);
}
