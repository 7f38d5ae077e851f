// A picture of a run: each row a line, each peer a dot where its time is as a multiple of everfresh's.
import { PEERS } from './names.mjs';
import { ratio, times } from './stats.mjs';

const COLOURS = {
  everfresh: '#111',
  tanstack: '#d9480f',
  swr: '#5f3dc4',
  rtk: '#a61e4d',
  apollo: '#1864ab',
  'axios-cache-interceptor': '#087f5b',
  'cache-api': '#e67700',
  'http-cache': '#495057',
  map: '#2b8a3e',
  quicklink: '#0b7285',
  'broadcast-channel': '#862e9c',
  without: '#868e96',
};

const LINE = 26;
const LEFT = 250;
const WIDTH = 620;
const TOP = 70;

/**
 * @param {import('./report.mjs').Measured[]} results
 * @returns {string} as SVG
 */
export function plot(results) {
  const rows = [...new Set(results.map(({ row }) => row))]
    .map((row) => largest(results.filter((result) => result.row === row)))
    .filter(({ peers }) => peers.everfresh && Object.keys(peers).length > 1);
  const dots = rows.flatMap(({ peers }, index) =>
    Object.keys(peers).map((name) => ({ name, index, at: ratio(peers.everfresh, peers[name]) })),
  );
  const powers = dots.map(({ at }) => Math.log10(at));
  const low = Math.floor(Math.min(0, ...powers));
  const high = Math.ceil(Math.max(0, ...powers));
  const x = (/** @type {number} */ power) => LEFT + ((power - low) / (high - low || 1)) * WIDTH;
  const y = (/** @type {number} */ index) => TOP + LINE * (index + 1);
  const bottom = y(rows.length);
  const grid = Array.from({ length: high - low + 1 }, (_, index) => low + index).map(
    (power) =>
      `<line x1="${x(power)}" x2="${x(power)}" y1="${TOP}" y2="${bottom}" stroke="${power ? '#ddd' : '#111'}"/>` +
      text(x(power), bottom + 16, times(10 ** power), 'middle'),
  );
  const labels = rows.map(({ row, size }, index) =>
    text(LEFT - 12, y(index) + 4, size > 1 ? `${row} ${size.toLocaleString('en')}` : row, 'end'),
  );
  const names = Object.keys(PEERS).filter((name) => dots.some((dot) => dot.name === name));
  const legend = names.map((name, index) => {
    const left = 20 + (index % 4) * 215;
    const top = 18 + Math.floor(index / 4) * 20;
    return dot(left, top, name) + text(left + 10, top + 4, PEERS[name].name.replaceAll('`', ''));
  });
  const marks = dots.map(({ name, index, at }) => dot(x(Math.log10(at)), y(index), name));
  const size = `width="${LEFT + WIDTH + 40}" height="${bottom + 30}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="12">
<title>Time of each peer as a multiple of everfresh’s: to the left is faster</title>
<rect width="100%" height="100%" fill="#fff"/>
${[...legend, ...grid, ...labels, ...marks].join('\n')}
</svg>
`;
}

/** At the size that the targets are about, or the largest below. @param {import('./report.mjs').Measured[]} sizes */
function largest(sizes) {
  const some = sizes.filter(({ size }) => size <= 10_000);
  return some.reduce((a, b) => (b.size > a.size ? b : a), some[0] ?? sizes[0]);
}

/** @param {number} cx @param {number} cy @param {string} name */
function dot(cx, cy, name) {
  const title = `<title>${PEERS[name].name}</title>`;
  return `<circle cx="${round(cx)}" cy="${cy}" r="5" fill="${COLOURS[name]}">${title}</circle>`;
}

/** @param {number} x @param {number} y @param {string} content @param {string} [anchor] */
function text(x, y, content, anchor = 'start') {
  return `<text x="${round(x)}" y="${y}" text-anchor="${anchor}" fill="#333">${content}</text>`;
}

/** @param {number} value */
function round(value) {
  return Math.round(10 * value) / 10;
}
