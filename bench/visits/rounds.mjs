import { shuffled } from '../page/rounds.mjs';

/**
 * Measures each peer once in a round, in an order that is drawn anew; a round before them warms up.
 *
 * @template T
 * @param {string[]} names
 * @param {number} rounds
 * @param {(name: string) => Promise<T>} once
 * @returns {Promise<Record<string, T[]>>}
 */
export async function interleave(names, rounds, once) {
  /** @type {Record<string, T[]>} */
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of shuffled(names)) {
      const found = await once(name);
      if (round > 0) samples[name].push(found);
    }
  }
  return samples;
}
