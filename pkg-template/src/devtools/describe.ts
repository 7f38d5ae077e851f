/** What a step is, in words. */
import { counted, short, span } from './format.js';
import type { Step } from './inspection.js';

const REASONS: Record<string, string> = {
  read: 'a read found nothing that would do',
  stale: 'a stale answer was handed out meanwhile',
  watch: 'somebody began to watch it',
  prefetch: 'it was prefetched',
  retry: 'the request before had failed',
  invalidated: 'it is watched, and was invalidated',
  late: 'its answer had met an invalidation',
  written: 'a write that it waited for has ended',
  scope: 'somebody else is signed in',
  focus: 'the page is looked at again',
  reconnect: 'the network is back',
  interval: 'its interval is over',
  expired: 'it had reached its end',
  call: 'the page asked for it',
  push: 'the server said so by push',
};

const CAUSES: Record<string, string> = {
  header: 'a response header named it',
  map: 'the entity map named it',
  write: 'its own URL was written',
  unknown: 'a write ended without an answer',
  call: 'the page asked for it',
  orphan: 'a page went away during a write',
  peer: 'another tab',
  cleared: 'site data was cleared',
};

/** A few words. */
export function title(step: Step): string {
  switch (step.type) {
    case 'hit':
      return step.stale ? `stale hit, ${step.source}` : `hit, ${step.source}`;
    case 'miss':
      return step.joined ? 'joined' : 'miss';
    case 'invalidate':
      return `invalidate ${counted(step.count, 'entry', 'entries')}`;
    case 'write':
      return `${step.method} ${step.status || 'no answer'}`;
    case 'mutation':
      return `mutation ${step.state}`;
    case 'prefetch':
      return `prefetch ${step.state}`;
    default:
      return step.type;
  }
}

/** What it is about. */
export function subject(step: Step): string {
  switch (step.type) {
    case 'invalidate':
      return step.targets;
    case 'scope':
      return step.id ?? 'nobody';
    case 'problem':
      return `${step.code} ${step.subject}`;
    default:
      return short(step.url);
  }
}

/** Why, as far as the step itself tells. */
export function reason(step: Step): string {
  switch (step.type) {
    case 'request':
      return REASONS[step.reason] ?? step.reason;
    case 'invalidate':
      return CAUSES[step.cause] ?? step.cause;
    case 'hit':
      return `${span(step.age)} old`;
    case 'prefetch':
      return step.trigger;
    case 'write':
      return step.mutation ? `mutation ${step.mutation}` : '';
    case 'store':
      return step.tags.join(', ');
    default:
      return '';
  }
}

/** As what it is coloured. */
export function tone(step: Step): string {
  switch (step.type) {
    case 'hit':
      return step.stale ? 'warn' : 'good';
    case 'invalidate':
    case 'late-fill':
      return 'warn';
    case 'problem':
      return 'bad';
    case 'mutation':
      return /failed|dead/.test(step.state) ? 'bad' : '';
    case 'write':
      return step.status === 0 || step.status >= 400 ? 'bad' : '';
    default:
      return '';
  }
}
