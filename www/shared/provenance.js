// @ts-check

/**
 * Where an answer came from.
 *
 * @typedef {object} Provenance
 * @property {'network' | 'memory' | 'storage' | 'write'} source
 * @property {number} age milliseconds, as its `Age` header says
 * @property {boolean} stale handed out past its time, while a new one is asked for
 * @property {number} took milliseconds until its body was there
 */

const MEMBER = /(?:^|,)\s*everfresh\s*;([^,]*)/;

/**
 * Reads `Cache-Status` and `Age`; an answer without our member came from the network.
 *
 * @param {Headers} headers
 * @param {number} took milliseconds
 * @returns {Provenance}
 */
export function provenance(headers, took) {
  const params = MEMBER.exec(headers.get('cache-status') ?? '')?.[1] ?? '';
  const detail = /\bdetail=(memory|storage)\b/.exec(params)?.[1];
  if (detail !== 'memory' && detail !== 'storage') {
    return { source: 'network', age: 0, stale: false, took };
  }
  const age = Number(headers.get('age') ?? 0) * 1000;
  return {
    source: detail,
    age: Number.isFinite(age) ? age : 0,
    stale: /\bttl=-/.test(params),
    took,
  };
}
