// @ts-check

import { running } from '../shared/start.js';

/** @typedef {import('../shared/mutations.js').Change} Change */
/** @typedef {import('everfresh').OptimisticChange} OptimisticChange */
/** @typedef {import('./shapes.js').Post} Post */

/** Where the list of posts is. */
export const POSTS = '/community/api/posts';

/**
 * Where a post is.
 *
 * @param {number | string} id
 */
export function postUrl(id) {
  return `${POSTS}/${id}`;
}

// What each write changes on this page before the server has answered. All of it is plain data, so that what is durable
// can be stored; the functions of the package (`createOptimisticAppend` and so on) make the same.

/**
 * A like: a number in the list, and the same number in the post. It is not durable: whoever likes something looks at
 * the number, and sees it go back if the server refuses.
 *
 * @param {number} id
 * @returns {Change['options']}
 */
export function liking(id) {
  return {
    optimistic: [
      counting(id, 'likeCount'),
      { key: postUrl(id), update: { op: 'increment', path: 'likeCount' } },
    ],
  };
}

/**
 * A reply: at the end of the replies, and counted in the list. Those to one post arrive in the order in which they were
 * written.
 *
 * @param {number} id of the post
 * @param {{ author: string, text: string }} reply
 * @returns {Change['options']}
 */
export function replying(id, reply) {
  const tempId = running()?.tempId();
  const item = { ...reply, id: tempId, updatedAt: Date.now() };
  return {
    durable: true,
    scope: { id: `post:${id}` },
    tempId,
    realId: (/** @type {any} */ post) => /** @type {Post} */ (post).replies.at(-1)?.id ?? id,
    optimistic: [
      { key: postUrl(id), update: { op: 'append', path: 'replies', item } },
      counting(id, 'replyCount'),
    ],
  };
}

/**
 * A new post, at the top of the list.
 *
 * @param {{ author: string, title: string, text: string }} post
 * @returns {Change['options']}
 */
export function posting(post) {
  const tempId = running()?.tempId();
  const item = { ...post, id: tempId, likeCount: 0, replyCount: 0, createdAt: Date.now() };
  return {
    durable: true,
    scope: { id: 'posts' },
    tempId,
    optimistic: { key: POSTS, update: { op: 'prepend', path: 'posts', item } },
  };
}

/**
 * One more in the list's line of a post.
 *
 * @param {number} id
 * @param {'likeCount' | 'replyCount'} path
 * @returns {OptimisticChange}
 */
function counting(id, path) {
  return {
    key: POSTS,
    update: {
      op: 'arrayUpdate',
      path: 'posts',
      where: { id },
      update: { op: 'increment', path },
    },
  };
}
