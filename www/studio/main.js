// @ts-check

import { ApiError, write } from '../shared/api.js';
import { byId } from '../shared/dom.js';
import { rendered, start } from '../shared/start.js';
import { trace } from '../shared/trace.js';
import { Drafts } from './drafts.js';
import { Editor } from './editor.js';
import { Outline } from './outline.js';
import { Removal } from './removal.js';
import { current, href, same } from './route.js';

/** @typedef {import('./route.js').Route} Route */

const drafts = new Drafts(() => outline.render());
const outline = new Outline({ go, changed, add, isUnsaved: (id) => drafts.has(id) });
const editor = new Editor(drafts, { saved: changed, remove: (id) => removal.ask(id) });
const removal = new Removal((id) => {
  drafts.drop(id);
  if (outline.route.scene === id) {
    go({ ...outline.route, scene: null });
  }
  changed();
});

/**
 * Goes to another place in the stories.
 *
 * @param {Route} route
 */
function go(route) {
  if (!same(route, current())) {
    history.pushState(null, '', href(route));
  }
  show(route);
}

/** After a write: what is on screen is read again. The cache knows what it still has. */
function changed() {
  outline.again();
}

/**
 * Shows a place. What it leaves open is filled in: the first story, chapter and scene.
 *
 * @param {Route} wanted
 */
async function show(wanted) {
  const route = { ...wanted };
  outline.route = route;
  const isCurrent = () => outline.route === route;

  const list =
    outline.stories.length === 0 || route.story === null ? outline.openStories() : undefined;
  if (route.story === null) {
    await list;
    route.story = outline.stories[0]?.id ?? null;
  }
  if (!isCurrent() || route.story === null) {
    return;
  }

  // With a full address nothing has to wait for anything else.
  const story = outline.openStory(route.story);
  const chapter = route.chapter === null ? undefined : outline.openChapter(route.chapter);
  const scene = route.scene === null ? undefined : editor.open(route.scene);

  if (route.chapter === null) {
    await story;
    route.chapter = outline.story?.chapters[0]?.id ?? null;
    if (!isCurrent()) {
      return;
    }
    if (route.chapter === null) {
      outline.closeChapter();
      editor.close();
    } else {
      await outline.openChapter(route.chapter);
    }
  }
  await chapter;
  if (!isCurrent()) {
    return;
  }
  if (route.scene === null) {
    route.scene = outline.chapter?.scenes[0]?.id ?? null;
    outline.render();
    if (route.scene === null) {
      editor.close();
    } else {
      await editor.open(route.scene);
    }
  }
  await Promise.all([list, story, scene]);
  if (isCurrent() && !same(route, current())) {
    history.replaceState(null, '', href(route));
  }
}

async function add() {
  const { chapter } = outline.route;
  if (chapter === null) {
    return;
  }
  outline.add.disabled = true;
  outline.addStatus.textContent = '';
  try {
    const { data } = await write('POST', '/studio/api/scenes', {
      chapterId: chapter,
      title: 'Untitled scene',
      text: '',
    });
    changed();
    if (outline.route.chapter === chapter) {
      go({ ...outline.route, scene: data.id });
      await editor.open(data.id);
      editor.focus();
    }
  } catch (error) {
    if (!(error instanceof ApiError)) {
      throw error;
    }
    outline.addStatus.textContent = `No scene was added: ${error.message}`;
    changed();
  } finally {
    outline.add.disabled = false;
  }
}

addEventListener('popstate', () => show(current()));

trace(byId('trace'), byId('cache-state'), await start(), () => {
  outline.again();
  editor.again();
});
editor.follow();
try {
  await show(current());
} finally {
  rendered();
}
