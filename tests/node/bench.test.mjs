// The benchmark's own arithmetic, and its tables; no browser is started.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measure } from '../../bench/page/rounds.mjs';
import { plot } from '../../bench/plot.mjs';
import { report, table } from '../../bench/report.mjs';
import { quantile, ratio, shown, spread, summarize, times } from '../../bench/stats.mjs';
import { targets } from '../../bench/targets.mjs';
import { interleave } from '../../bench/visits/rounds.mjs';

/** A row of which each peer has one figure. @param {string} row @param {number} size @param {object} peers */
function measured(row, size, peers) {
  const summaries = Object.entries(peers).map(([name, value]) => [name, summarize([value])]);
  const title = `what ${row} does`;
  return {
    group: 'read',
    row,
    title,
    unit: 'ns',
    size,
    peers: Object.fromEntries(summaries),
    absent: {},
  };
}

test('bench: medians and quartiles are of the sorted samples', () => {
  assert.equal(quantile([9, 1, 5], 0.5), 5);
  assert.equal(quantile([1, 2, 3, 4], 0.5), 2.5);
  assert.deepEqual(summarize([5, 1, 4, 2, 3]), { median: 3, low: 2, high: 4, rounds: 5 });
  assert.equal(spread({ median: 4, low: 3, high: 5, rounds: 3 }), 0.25);
  assert.throws(() => quantile([], 0.5), RangeError);
});

test('bench: a ratio is how many times what everfresh needed', () => {
  assert.equal(ratio(summarize([2]), summarize([10])), 5);
  assert.deepEqual([times(0.0123), times(1.234), times(1234)], ['0.012x', '1.23x', '1,234x']);
  assert.deepEqual(
    [shown(12.34, 'ns'), shown(1.5e6, 'ns'), shown(2e9, 'ns')],
    ['12.3 ns', '1.5 ms', '2 s'],
  );
  assert.equal(shown(12345, 'bytes'), '12,345 B');
});

test('bench: a table has a line for each size, and says why a peer is not in it', () => {
  const few = {
    ...measured('read-hot', 100, { everfresh: 10, map: 5 }),
    absent: { apollo: 'is not there' },
  };
  const text = table([few, measured('read-hot', 1000, { everfresh: 10, map: 20 })]);
  assert.match(text, /^\*\*what read-hot does\*\* \(`read-hot`\)/);
  assert.match(text, /\| n \| everfresh \| `Map` \|/);
  assert.match(text, /\| 100 \| 10 ns \| 5 ns \(0\.5x\) \|/);
  assert.match(text, /\| 1,000 \| 10 ns \| 20 ns \(2x\) \|/);
  assert.match(text, /Not in it: Apollo Client is not there\./);
});

test('bench: a target is met by the ratio of its run, and what was not measured is left out', () => {
  const fast = targets([measured('read-hot', 10_000, { everfresh: 10, tanstack: 60, map: 1 })]);
  const found = (/** @type {RegExp} */ what) => fast.find((target) => what.test(target.what));
  assert.equal(found(/than TanStack$/).isMet, true);
  assert.equal(found(/than `Map`/).isMet, false);
  assert.equal(found(/HTTP cache/), undefined);
  const slow = targets([
    measured('optimistic', 10_000, { everfresh: 10, tanstack: 99, swr: 9, rtk: 99, apollo: 99 }),
  ]);
  assert.equal(slow.find(({ what }) => /fastest peer/.test(what)).found, '0.9x');
});

test('bench: the report names the machine by its kind, and each threshold', () => {
  const machine = { cores: 2, memory: 8, browser: 'a browser', system: 'linux' };
  const row = { ...measured('demo-hit', 1, { everfresh: 2e6 }), limit: 1e6 };
  const run = {
    date: '2026-01-02',
    effort: /** @type {const} */ ('quick'),
    machine,
    versions: { swr: '1.0.0' },
  };
  const text = report({ ...run, results: [row] }, 'And so on.\n');
  assert.match(text, /on 2026-01-02: a browser, 2 cores, 8 GB, linux\. Peers: swr 1\.0\.0\./);
  assert.match(text, /\n\nAnd so on\.\n\n## Read/);
  assert.match(text, /\| what demo-hit does \| under 1 ms \| 2 ms \| \*\*not met\*\* \|/);
});

test('bench: the plot has a dot for each peer of each row', () => {
  const svg = plot([measured('read-hot', 10_000, { everfresh: 10, map: 1, swr: 100 })]);
  // Each stands in the legend, too.
  assert.equal(svg.match(/<circle/g).length, 6);
  assert.match(svg, /read-hot 10,000/);
});

test('bench: each peer is measured once in each round, after it was checked', async () => {
  const log = [];
  const task = (/** @type {string} */ name) => ({
    check: () => log.push(`check ${name}`),
    most: 1,
    run: () => new Promise((resolve) => setTimeout(resolve, 3)),
  });
  const samples = await measure({ a: task('a'), b: task('b') }, { rounds: 3, ms: 1 });
  assert.deepEqual(log, ['check a', 'check b']);
  assert.deepEqual([samples.a.length, samples.b.length], [3, 3]);
  // What wrong data throws ends the run.
  const wrong = { check: () => assert.fail('wrong data'), run() {} };
  await assert.rejects(measure({ wrong }, { rounds: 1, ms: 1 }), /wrong data/);
});

test('bench: the first visit warms up, and is not counted', async () => {
  let calls = 0;
  const samples = await interleave(['a', 'b'], 2, async () => (calls += 1));
  assert.equal(calls, 6);
  assert.deepEqual([samples.a.length, samples.b.length], [2, 2]);
  assert.ok(Math.min(...samples.a, ...samples.b) > 2);
});
