// @ts-check

/**
 * What is open, kept in the address, so that a refresh comes back to the same scene.
 *
 * @typedef {object} Route
 * @property {number | null} story
 * @property {number | null} chapter only within a story
 * @property {number | null} scene only within a chapter
 */

/** @returns {Route} */
export function current() {
  const params = new URLSearchParams(location.search);
  const story = id(params, 'story');
  const chapter = story === null ? null : id(params, 'chapter');
  const scene = chapter === null ? null : id(params, 'scene');
  return { story, chapter, scene };
}

/**
 * The address of a place in a story.
 *
 * @param {Route} route
 */
export function href({ story, chapter, scene }) {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries({ story, chapter, scene })) {
    if (value !== null) {
      params.set(name, String(value));
    }
  }
  return `?${params}`;
}

/**
 * @param {Route} a
 * @param {Route} b
 */
export function same(a, b) {
  return a.story === b.story && a.chapter === b.chapter && a.scene === b.scene;
}

/**
 * @param {URLSearchParams} params
 * @param {string} name
 */
function id(params, name) {
  const value = Number(params.get(name));
  return Number.isSafeInteger(value) && value > 0 ? value : null;
}
