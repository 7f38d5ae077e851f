// Waiting for a condition, in place of sleeping and hoping.
import { setTimeout as sleep } from 'node:timers/promises';

/** How long anything may take on a machine that runs a browser and more on two cores. Milliseconds. */
export const PATIENCE = 30_000;

const INTERVAL = 25;

/**
 * Asks again and again until there is something, and gives it back.
 *
 * @template T
 * @param {() => T | Promise<T>} probe
 * @param {string} what it waits for, for the error message
 * @param {number} [patience] milliseconds
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(probe, what, patience = PATIENCE) {
  const end = Date.now() + patience;
  for (;;) {
    const found = await probe();
    if (found) {
      return found;
    }
    if (Date.now() > end) {
      throw new Error(`waited ${patience} ms in vain until ${what}`);
    }
    await sleep(INTERVAL);
  }
}
