// What is to be reached, of one run, as ratios to peers in that run.
import { ratio, shown, times } from './stats.mjs';

/**
 * @typedef {import('./report.mjs').Measured} Measured
 *
 * @typedef {object} Target
 * @property {string} what
 * @property {string} wanted
 * @property {string} found
 * @property {boolean} isMet
 */

/** @type {{ what: string, row: string, size: number, than: string[], least: number }[]} */
const FASTER = [
  fast(
    'read a hot entry by key, again and again, 10,000 entries, than TanStack',
    'read-hot',
    10_000,
    ['tanstack'],
    5,
  ),
  fast('the same, than `Map` (at most 8 times slower)', 'read-hot', 10_000, ['map'], 1 / 8),
  fast('100 entries in each turn, than TanStack', 'read-turn', 10_000, ['tanstack'], 5),
  fast('the same, than `Map`', 'read-turn', 10_000, ['map'], 1 / 8),
  fast(
    'the same, after another entry was written, than TanStack',
    'read-changed',
    10_000,
    ['tanstack'],
    5,
  ),
  fast(
    'invalidate one tag of 10 among 10,000, in memory, than TanStack',
    'invalidate-tag-memory',
    10_000,
    ['tanstack'],
    200,
  ),
  fast('the same with journal, storage and message', 'invalidate-tag', 10_000, ['tanstack'], 20),
  fast('`fetch`, memory hit, to JSON, than the HTTP cache', 'fetch-hit', 8, ['http-cache'], 50),
  fast('the same, than the Cache API', 'fetch-hit', 8, ['cache-api'], 20),
  fast('the same, than axios-cache-interceptor', 'fetch-hit', 8, ['axios-cache-interceptor'], 1),
  fast(
    'optimistic apply and roll back, 10,000 entries, than the fastest peer',
    'optimistic',
    10_000,
    ['tanstack', 'swr', 'rtk', 'apollo'],
    3,
  ),
  fast(
    'first read after a reload, 5,000 entries, than TanStack’s persister',
    'hydrate-first',
    5_000,
    ['tanstack'],
    20,
  ),
];

/** How much more a tag among 100,000 may take than one among 10,000. */
const GROWTH = 2;

/** What a page loads may have. Bytes. */
const SCRIPT = 6_144;
const WASM = 49_152;

/** What a URL without a rule may cost. Nanoseconds. */
const OVERHEAD = 30_000;

/**
 * Those that were measured.
 *
 * @param {Measured[]} results
 * @returns {Target[]}
 */
export function targets(results) {
  const at = (/** @type {string} */ row, /** @type {number} */ size) =>
    results.find((result) => result.row === row && result.size === size)?.peers;
  const list = FASTER.map(({ what, row, size, than, least }) => {
    const peers = at(row, size);
    const wanted = least < 1 ? `${times(least)} as fast` : `${times(least)} faster`;
    const found = peers && Math.min(...than.map((name) => ratio(peers.everfresh, peers[name])));
    return judged(what, wanted, found && times(found), found && found >= least);
  });
  const many = at('invalidate-tag-memory', 100_000);
  const few = at('invalidate-tag-memory', 10_000);
  const growth = many && few && ratio(few.everfresh, many.everfresh);
  list.push(
    judged(
      'invalidate one tag of 10 among 100,000, in memory, than among 10,000',
      `at most ${times(GROWTH)} the time`,
      growth && times(growth),
      growth && growth <= GROWTH,
    ),
  );
  const bare = at('fetch-no-rule', 8);
  const overhead = bare && bare.everfresh.median - bare['http-cache'].median;
  list.push(
    judged(
      '`fetch` without a rule, over a stub of the native one',
      `under ${shown(OVERHEAD, 'ns')} more`,
      overhead && shown(overhead, 'ns'),
      overhead && overhead < OVERHEAD,
    ),
  );
  const all = at('size', 1)?.everfresh.median;
  const wasm = at('size-wasm', 1)?.everfresh.median;
  list.push(
    small('JavaScript that a page loads at once, after brotli', all && wasm && all - wasm, SCRIPT),
    small('wasm, after brotli', wasm, WASM),
  );
  return list.filter((target) => target !== undefined);
}

function fast(what, row, size, than, least) {
  return { what, row, size, than, least };
}

/** @param {string} what @param {number | undefined} bytes @param {number} most */
function small(what, bytes, most) {
  const found = bytes && shown(bytes, 'bytes');
  return judged(what, `at most ${shown(most, 'bytes')}`, found, bytes && bytes <= most);
}

/** @returns {Target | undefined} */
function judged(what, wanted, found, isMet) {
  return found ? { what, wanted, found, isMet } : undefined;
}
