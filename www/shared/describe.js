// @ts-check

import { counted, span, took } from './units.js';

/** @typedef {import('everfresh').CacheEvent} CacheEvent */

/**
 * An event of the cache as a line for people.
 *
 * @typedef {object} Line
 * @property {string} kind for its colour: a source, or `cleared`, `kept`, `problem`
 * @property {string} text
 * @property {string} subject URLs and targets, one a line
 */

/** @type {Record<string, string>} */
const CAUSES = {
  header: 'named by the answer to a write',
  map: 'touched by a write, says the entity map',
  write: 'a write went to its own URL',
  unknown: 'a write got no answer, so it may have been done',
  call: 'this page asked for it',
  push: 'the server says so',
  peer: 'another tab says so',
  cleared: 'storage was cleared, or could not take a record',
};

/** @type {Record<string, string>} */
const MUTATIONS = {
  queued: 'A change of this page, shown at once',
  sending: 'Sent that change',
  retry: 'No luck with that change: it will be sent again',
  done: 'The server has that change',
  failed: 'That change was refused, and taken back',
  paused: 'That change waits until its user has signed in',
  dead: 'That change was refused for good, and kept in the outbox',
  withdrawn: 'That change was given up',
};

/** @type {Record<string, string>} */
const PREFETCHES = {
  sent: 'Prefetched',
  used: 'Used what was prefetched',
  expired: 'Prefetched in vain: its time ran out',
  invalidated: 'Prefetched in vain: a write has changed it',
  evicted: 'Prefetched in vain: there was no room',
  aborted: 'Prefetch given up',
  failed: 'Prefetch failed',
};

/**
 * @param {CacheEvent} event
 * @returns {Line}
 */
export function describe(event) {
  switch (event.type) {
    case 'hit': {
      const layer = event.source === 'memory' ? 'memory' : 'localStorage';
      const stale = event.stale ? ', stale while a new one is fetched' : '';
      return {
        kind: event.source,
        text: `Answered from ${layer}, ${span(event.age)} old${stale}`,
        subject: short(event.url),
      };
    }
    case 'miss':
      return {
        kind: 'network',
        text: event.joined ? 'Joined a request that was under way' : 'Asked the network',
        subject: short(event.url),
      };
    case 'store':
      return {
        kind: 'kept',
        text: `Kept in memory, tagged ${listed(event.tags)}`,
        subject: short(event.url),
      };
    case 'persist':
      return { kind: 'kept', text: 'Written to localStorage', subject: short(event.url) };
    case 'late-fill':
      return {
        kind: 'cleared',
        text: 'Not kept: it was asked for before a write',
        subject: short(event.url),
      };
    case 'invalidate':
      return {
        kind: event.count === 0 && event.cause !== 'orphan' ? 'kept' : 'cleared',
        text: cleared(event),
        subject: [event.targets, ...event.matched.map((url) => `– ${short(url)}`)].join('\n'),
      };
    case 'scope':
      return {
        kind: 'cleared',
        text: event.ours
          ? 'Cleared everything: somebody else is signed in'
          : 'Another tab has signed in or out: nothing is cached',
        subject: event.id ?? 'nobody',
      };
    case 'evict':
      return {
        kind: 'kept',
        text: `Let go from ${event.source === 'memory' ? 'memory' : 'localStorage'}`,
        subject: short(event.url),
      };
    case 'mutation':
      return {
        kind: event.state === 'failed' || event.state === 'dead' ? 'problem' : 'kept',
        text: MUTATIONS[event.state] ?? event.state,
        subject: short(event.url),
      };
    case 'prefetch': {
      const saved = event.state === 'used' ? `, ${took(event.savedMs)} saved` : '';
      return {
        kind: event.state === 'sent' ? 'network' : event.state === 'used' ? 'memory' : 'kept',
        text: `${PREFETCHES[event.state] ?? event.state} (${event.trigger})${saved}`,
        subject: short(event.url),
      };
    }
    case 'flags': {
      const off = Object.entries(event.flags).flatMap(([name, isOn]) => (isOn ? [] : [name]));
      return { kind: 'kept', text: 'Flags: turned off now', subject: off.join(', ') || 'nothing' };
    }
    case 'problem':
      return { kind: 'problem', text: `Skipped: ${event.code}`, subject: short(event.subject) };
    default:
      return { kind: 'kept', text: /** @type {{ type: string }} */ (event).type, subject: '' };
  }
}

/**
 * A URL without this page's own origin.
 *
 * @param {string} url
 */
export function short(url) {
  return url.startsWith(`${location.origin}/`) ? url.slice(location.origin.length) : url;
}

/**
 * Whether an invalidation keeps what it names, and marks it.
 *
 * @param {string} targets
 */
export function isStaleOnly(targets) {
  return targets.split(', ').every((target) => target.endsWith(';mode=stale'));
}

/** @param {Extract<CacheEvent, { type: 'invalidate' }>} event */
function cleared({ cause, count, targets }) {
  if (cause === 'orphan') {
    return 'A page went away during a write: what it may have touched is not trusted';
  }
  const entries = counted(count, 'entry', 'entries');
  const done = isStaleOnly(targets) ? `Marked ${entries} as stale` : `Cleared ${entries}`;
  const what = count === 0 ? 'Nothing to clear' : done;
  return `${what}: ${CAUSES[cause] ?? cause}`;
}

/** @param {string[]} tags */
function listed(tags) {
  return tags.length === 0 ? 'with nothing' : tags.join(', ');
}
