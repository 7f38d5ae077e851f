// @ts-check

/**
 * What the back end sends. Times are milliseconds since 1970. An id that is a text is one that this page has made up, of
 * what the back end has not made yet.
 *
 * @typedef {object} PostLine
 * @property {number | string} id
 * @property {string} author
 * @property {string} title
 * @property {string} text
 * @property {number} likeCount
 * @property {number} replyCount
 * @property {number} createdAt
 *
 * @typedef {object} Reply
 * @property {number | string} id
 * @property {string} author
 * @property {string} text
 * @property {number} updatedAt
 *
 * @typedef {PostLine & { replies: Reply[] }} Post
 */

export {};
