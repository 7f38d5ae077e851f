// @ts-check

import { isOffline } from '../shared/connection.js';
import { explained, mutationsOf, send, stateOf } from '../shared/mutations.js';
import { running } from '../shared/start.js';

/** @typedef {import('everfresh').MutationInfo} MutationInfo */
/** @typedef {import('./drafts.js').Draft} Draft */

/**
 * Where a scene is.
 *
 * @param {number} id
 */
export function sceneUrl(id) {
  return `/studio/api/scenes/${id}`;
}

/**
 * Saves a scene: in this browser at once, on the server as soon as it answers. What it has refused before, this
 * replaces.
 *
 * @param {number} id
 * @param {Draft} draft
 * @returns {Promise<any>} the scene; `undefined` where another tab got it
 */
export function saveScene(id, draft) {
  giveUp(id);
  const url = sceneUrl(id);
  return send({
    method: 'PATCH',
    url,
    body: draft,
    options: {
      durable: true,
      scope: { id: `scene:${id}` },
      optimistic: { key: url, update: { op: 'merge', fields: { ...draft } } },
    },
  });
}

/**
 * Edits of a scene that are on their way.
 *
 * @param {number} id
 */
export function underWay(id) {
  return mutationsOf(sceneUrl(id)).filter(({ status }) => status !== 'dead');
}

/**
 * Edits of a scene that the server has refused for good.
 *
 * @param {number} id
 */
export function refusedEdits(id) {
  return mutationsOf(sceneUrl(id)).filter(({ status }) => status === 'dead');
}

/**
 * Sends again what was refused.
 *
 * @param {number} id
 */
export function tryAgain(id) {
  for (const edit of refusedEdits(id)) {
    running()?.mutations.retry(edit.id);
  }
}

/**
 * Gives up what was refused.
 *
 * @param {number} id
 */
export function giveUp(id) {
  for (const edit of refusedEdits(id)) {
    running()?.mutations.discard(edit.id);
  }
}

/**
 * The text of a scene with the edits in it that are on their way; also after a refresh, when nobody has typed it.
 *
 * @param {number} id
 * @returns {Draft | undefined} where there are none
 */
export function edited(id) {
  const peeked = underWay(id).length === 0 ? undefined : running()?.peek(sceneUrl(id));
  return /** @type {Draft | undefined} */ (peeked?.data);
}

/**
 * What to say of an edit that is on its way.
 *
 * @param {MutationInfo} edit
 */
export function told(edit) {
  if (isOffline()) {
    return 'Offline. Kept in this browser, and sent when the network is back';
  }
  switch (edit.status) {
    case 'waiting':
      return `Kept in this browser. No luck with the server yet: ${stateOf(edit)}`;
    case 'paused':
      return 'Kept in this browser, and sent once you have signed in';
    default:
      return 'Saving…';
  }
}

/**
 * Why an edit was refused.
 *
 * @param {MutationInfo} edit
 */
export async function reason({ error }) {
  return (await explained(error)).message;
}
