// Tables of what was measured, as Markdown.
import { PEERS } from './names.mjs';
import { ratio, shown, spread, times } from './stats.mjs';
import { targets } from './targets.mjs';

/**
 * @typedef {object} Measured a row at one size
 * @property {string} group
 * @property {string} row
 * @property {string} title
 * @property {string} unit
 * @property {number} size
 * @property {Record<string, import('./stats.mjs').Summary>} peers
 * @property {Record<string, string>} absent why a peer is not in it
 * @property {number} [limit] a threshold, for what has no peer
 *
 * @typedef {object} Run
 * @property {string} date
 * @property {'full' | 'quick'} effort
 * @property {{ cores: number, memory: number, browser: string, system: string }} machine
 * @property {Record<string, string>} versions
 * @property {Measured[]} results
 */

/**
 * The whole report.
 *
 * @param {Run} run
 * @param {string} notes what the tables don't tell, as Markdown
 */
export function report({ date, effort, machine, versions, results }, notes) {
  const { cores, memory, browser, system } = machine;
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const parts = [
    '# What everfresh is measured against',
    `A ${effort} run of \`cargo xtask bench\` on ${date}: ${browser}, ${cores} cores, ${memory} GB, ${system}. ` +
      `Peers: ${peers.join(', ')}. ${noise(results)}`,
    'Times are medians, with half the distance of the quartiles as a share of them. In brackets: how many times what ' +
      'everfresh needed in the same run, so that more than 1x is slower than everfresh, and less is faster.',
    '![Time of each peer as a multiple of everfresh’s](plot.svg)',
  ];
  const reached = targets(results);
  if (reached.length) {
    parts.push('## Targets', targetTable(reached));
  }
  const limited = results.filter(({ limit }) => limit !== undefined);
  if (limited.length) {
    parts.push('## Thresholds', thresholds(limited));
  }
  parts.push(notes.trim());
  for (const group of new Set(results.map(({ group }) => group))) {
    parts.push(`## ${group[0].toUpperCase()}${group.slice(1)}`);
    const own = results.filter((result) => result.group === group);
    for (const row of new Set(own.map(({ row }) => row))) {
      parts.push(table(own.filter((result) => result.row === row)));
    }
  }
  return `${parts.join('\n\n')}\n`;
}

/**
 * The table of a row: a line for each size, a column for each peer.
 *
 * @param {Measured[]} sizes
 */
export function table(sizes) {
  const [{ row, title }] = sizes;
  const names = Object.keys(PEERS).filter((name) => sizes.some(({ peers }) => peers[name]));
  const isOne = sizes.every(({ size }) => size === 1);
  const lines = sizes.map(({ size, peers, unit }) => [
    ...(isOne ? [] : [size.toLocaleString('en')]),
    ...names.map((name) => cell(peers, name, unit)),
  ]);
  const head = [...(isOne ? [] : ['n']), ...names.map((name) => PEERS[name].name)];
  const absent = Object.assign({}, ...sizes.map(({ absent }) => absent));
  const reasons = Object.entries(absent).map(([name, why]) => `${PEERS[name].name} ${why}`);
  const note = reasons.length ? `\n\nNot in it: ${reasons.join('; ')}.` : '';
  return `**${title}** (\`${row}\`)\n\n${markdown(head, lines)}${note}`;
}

/** @param {Measured['peers']} peers @param {string} name @param {string} unit */
function cell(peers, name, unit) {
  const found = peers[name];
  if (!found) {
    return '';
  }
  const noise = found.rounds > 1 ? ` ±${Math.round(100 * spread(found))}%` : '';
  const than =
    name === 'everfresh' || !peers.everfresh ? '' : ` (${times(ratio(peers.everfresh, found))})`;
  return `${shown(found.median, unit)}${noise}${than}`;
}

/** @param {import('./targets.mjs').Target[]} list */
function targetTable(list) {
  const lines = list.map(({ what, wanted, found, isMet }) => [what, wanted, found, verdict(isMet)]);
  return markdown(['what', 'target', 'measured', ''], lines);
}

/** @param {Measured[]} results */
function thresholds(results) {
  const lines = results.map(({ title, limit, unit, peers: { everfresh } }) => [
    title,
    `under ${shown(limit, unit)}`,
    shown(everfresh.median, unit),
    verdict(everfresh.median < limit),
  ]);
  return markdown(['what', 'threshold', 'measured', ''], lines);
}

/** @param {boolean} isMet */
function verdict(isMet) {
  return isMet ? 'met' : '**not met**';
}

/** How noisy a run was. @param {Measured[]} results */
function noise(results) {
  const all = results
    .flatMap(({ peers }) => Object.values(peers))
    .filter(({ rounds }) => rounds > 1);
  const spreads = all.map(spread).sort((a, b) => a - b);
  const middle = spreads[spreads.length >> 1] ?? 0;
  return `Half of the figures spread by less than ${Math.max(1, Math.round(100 * middle))}%.`;
}

/** @param {string[]} head @param {string[][]} lines */
function markdown(head, lines) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...lines.map(line)].join('\n');
}
