// The report of the server's benchmark, as Markdown.
import { PEERS } from './peers.mjs';

/** @param {number[]} list */
export function median(list) {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/**
 * @param {any} run
 * @param {string} notes what the tables don't tell, as Markdown
 */
export function report({ date, effort, machine, versions, hits, invalidations, fanouts }, notes) {
  const { cores, memory, system, load } = machine;
  const parts = [
    '# What the server half is measured against',
    `A ${effort} run of \`cargo xtask bench --server\` on ${date}: ${cores} cores, ${memory} GB, ${system}, load ${load} ` +
      `when it began. ${versions.join(', ')}.`,
    notes.trim(),
    '## Cached answers',
    ...hits.flatMap(hitTable),
    '## Invalidation',
    ...invalidationTable(invalidations),
    '## Telling browsers',
    table(
      ['store', 'instances', 'listeners', 'until all have heard', 'the slowest round'],
      fanouts.map(({ store, instances, listeners, rounds }) => [
        store,
        instances,
        count(listeners),
        millis(median(rounds)),
        millis(Math.max(...rounds)),
      ]),
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

function hitTable({ row, title, peers, absent }) {
  const of = (name, what) => median(peers[name].map((round) => round[what]));
  const than = (name, what) => {
    const times = of(name, what) / of('everfresh', what);
    return name === 'everfresh' ? '' : ` (${times.toFixed(2)}x)`;
  };
  const lines = Object.entries(PEERS).map(([name, peer]) =>
    peers[name]
      ? [
          peer.title,
          `${count(of(name, 'rate'))}${than(name, 'rate')}`,
          `${of(name, 'cpu').toFixed(1)} µs${than(name, 'cpu')}`,
          micros(of(name, 'p50')),
          micros(of(name, 'p99')),
        ]
      : [peer.title, absent[name], '', '', ''],
  );
  const head = ['', 'requests a second', 'CPU time of a request', 'median', '99 of 100 within'];
  return [`**${title}** (\`${row}\`)`, table(head, lines)];
}

function invalidationTable(results) {
  const head = [
    'store',
    'entries',
    'memory of an entry',
    'a tag of 10',
    'Redis time',
    'a tag of all',
    'Redis time',
  ];
  const redis = (store, time) => (store === 'memory' ? '' : micros(time));
  const lines = results.map(({ store, entries, perEntry, times, storeMicros, all, allMicros }) => [
    store,
    count(entries),
    `${count(perEntry)} B`,
    millis(median(times)),
    redis(store, storeMicros),
    millis(all),
    redis(store, allMicros),
  ]);
  return [table(head, lines)];
}

/** @param {string[]} head @param {(string | number)[][]} lines */
function table(head, lines) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...lines.map(line)].join('\n');
}

const count = (number) => Math.round(number).toLocaleString('en');
const millis = (time) => `${time < 10 ? time.toFixed(2) : Math.round(time)} ms`;
const micros = (time) => (time < 1000 ? `${Math.round(time)} µs` : millis(time / 1000));
