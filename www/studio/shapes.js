// @ts-check

/**
 * What the back end sends. Times are milliseconds since 1970.
 *
 * @typedef {object} Scene
 * @property {number} id
 * @property {number} chapterId
 * @property {string} title
 * @property {string} text
 * @property {number} version
 * @property {number} updatedAt
 *
 * @typedef {object} Chapter
 * @property {number} id
 * @property {number} storyId
 * @property {string} title
 * @property {Scene[]} scenes
 *
 * @typedef {object} ChapterLine
 * @property {number} id
 * @property {string} title
 * @property {number} sceneCount
 * @property {number} wordCount
 *
 * @typedef {object} StoryLine
 * @property {number} id
 * @property {string} title
 * @property {number} sceneCount
 * @property {number} wordCount
 *
 * @typedef {object} Story
 * @property {number} id
 * @property {string} title
 * @property {string} author
 * @property {string} text its foreword
 * @property {ChapterLine[]} chapters
 */

export {};
