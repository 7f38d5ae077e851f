// What is cached: items in groups of ten.

/** How many items are in a group, and so have a tag in common. */
export const GROUP = 10;

/** How long all that is cached stays fresh. Milliseconds. */
export const HOUR = 3_600_000;

const TEXT = 'The tide had turned before anyone on the quay noticed that the lamp was out. '.repeat(
  2,
);

/** @param {number} id */
export function item(id) {
  return { id, group: groupOf(id), title: `Item ${id}`, likes: 0, text: TEXT };
}

/** @param {number} id */
export function groupOf(id) {
  return Math.floor(id / GROUP);
}

/** @param {number} id */
export function urlOf(id) {
  return `/api/groups/${groupOf(id)}/items/${id}`;
}

/** Numbers from 0. @param {number} count */
export function range(count) {
  return Array.from({ length: count }, (_, index) => index);
}
