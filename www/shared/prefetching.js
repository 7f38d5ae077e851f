// @ts-check

/**
 * The switch "Prefetch". It is this tab's alone, so that a visitor can compare two of them side by side.
 */
const ITEM = 'demo:prefetch';

/**
 * What makes the page prefetch, and what ends it while it runs.
 *
 * @typedef {object} Trigger
 * @property {() => () => void} begin
 * @property {() => void} end
 */

/** @type {Set<Trigger>} */
const triggers = new Set();

let on = stored();

/** Whether anything is prefetched. */
export function isPrefetching() {
  return on;
}

/**
 * Runs a trigger whenever the switch is on.
 *
 * @param {() => () => void} begin gives back what ends it
 * @returns {() => void} ends it for good
 */
export function whilePrefetching(begin) {
  const trigger = { begin, end: on ? begin() : nothing };
  triggers.add(trigger);
  return () => {
    triggers.delete(trigger);
    trigger.end();
  };
}

/**
 * Turns the switch.
 *
 * @param {boolean} next
 */
export function turnPrefetching(next) {
  try {
    sessionStorage.setItem(ITEM, next ? 'on' : 'off');
  } catch {
    // Then it is on again after a refresh.
  }
  on = next;
  for (const trigger of triggers) {
    trigger.end();
    trigger.end = on ? trigger.begin() : nothing;
  }
}

function nothing() {}

function stored() {
  try {
    return sessionStorage.getItem(ITEM) !== 'off';
  } catch {
    return true;
  }
}
