// @ts-check

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const plurals = new Intl.PluralRules('en');

/**
 * A span of time in words as short as they can be: `4 s`, `2 min`, `3 h`.
 *
 * @param {number} ms
 */
export function span(ms) {
  const seconds = Math.round(ms / 1000);
  if (seconds < 90) {
    return `${seconds} s`;
  }
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/**
 * How long something took: `3 ms`, `1.4 s`.
 *
 * @param {number} ms
 */
export function took(ms) {
  if (ms < 1) {
    return '<1 ms';
  }
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/**
 * How much something is: `812 B`, `4.1 kB`.
 *
 * @param {number} count
 */
export function bytes(count) {
  return count < 1000 ? `${count} B` : `${(count / 1000).toFixed(1)} kB`;
}

/**
 * `14:02:31`.
 *
 * @param {number | Date} at
 */
export function timeOfDay(at) {
  return clock.format(at);
}

/**
 * How long ago something was, for people: `just now`, `5 min ago`, then the date.
 *
 * @param {Date} at
 * @param {number} [now]
 */
export function ago(at, now = Date.now()) {
  const passed = now - at.getTime();
  if (Number.isNaN(passed)) {
    return 'at an unknown time';
  }
  if (passed < 60_000) {
    return 'just now';
  }
  return passed < 86_400_000 ? `${span(passed)} ago` : date.format(at);
}

/**
 * `1 reply`, `2 replies`.
 *
 * @param {number} count
 * @param {string} one
 * @param {string} many
 */
export function counted(count, one, many) {
  return `${count.toLocaleString()} ${plurals.select(count) === 'one' ? one : many}`;
}

/**
 * Words in a text, as writers count them: runs without white space.
 *
 * @param {string} text
 */
export function words(text) {
  return text.match(/\S+/gu)?.length ?? 0;
}
