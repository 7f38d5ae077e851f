// Numbers: the middle of samples, how far they spread, and how they are written.

/**
 * @typedef {object} Summary of the samples of one peer
 * @property {number} median
 * @property {number} low the lower quartile
 * @property {number} high the upper one
 * @property {number} rounds how many samples there were
 */

/**
 * What stands at a share of the sorted samples, between two of them where it falls there.
 *
 * @param {number[]} samples
 * @param {number} share from 0 to 1
 */
export function quantile(samples, share) {
  if (samples.length === 0) {
    throw new RangeError('there are no samples');
  }
  const sorted = [...samples].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at - Math.floor(at));
}

/**
 * @param {number[]} samples
 * @returns {Summary}
 */
export function summarize(samples) {
  return {
    median: quantile(samples, 0.5),
    low: quantile(samples, 0.25),
    high: quantile(samples, 0.75),
    rounds: samples.length,
  };
}

/**
 * Half the distance of the quartiles, as a share of the median: how noisy it was.
 *
 * @param {Summary} summary
 */
export function spread({ median, low, high }) {
  return median === 0 ? 0 : (high - low) / 2 / median;
}

/**
 * How many times as much the other needed.
 *
 * @param {Summary} ours
 * @param {Summary} other
 */
export function ratio(ours, other) {
  return other.median / ours.median;
}

const TIMES = /** @type {const} */ ([
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
  [1, 'ns'],
]);

/**
 * Three digits that count, with a unit.
 *
 * @param {number} value
 * @param {string} unit `ns` is written as what fits, `bytes` with its thousands
 */
export function shown(value, unit) {
  if (unit === 'bytes') {
    return `${Math.round(value).toLocaleString('en')} B`;
  }
  const [size, name] = TIMES.find(([size]) => value >= size) ?? TIMES[3];
  return `${digits(value / size)} ${name}`;
}

/** @param {number} value */
export function times(value) {
  return `${digits(value)}x`;
}

/** Three digits, or two of what is less than one. @param {number} value */
function digits(value) {
  const some = value >= 100 ? Math.round(value) : Number(value.toPrecision(value < 1 ? 2 : 3));
  return some.toLocaleString('en', { maximumSignificantDigits: 21 });
}
