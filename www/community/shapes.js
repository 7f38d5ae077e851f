// @ts-check

/**
 * What the back end sends. Times are milliseconds since 1970.
 *
 * @typedef {object} PostLine
 * @property {number} id
 * @property {string} author
 * @property {string} title
 * @property {string} text
 * @property {number} likeCount
 * @property {number} replyCount
 * @property {number} createdAt
 *
 * @typedef {object} Reply
 * @property {number} id
 * @property {string} author
 * @property {string} text
 * @property {number} updatedAt
 *
 * @typedef {PostLine & { replies: Reply[] }} Post
 */

export {};
