// @ts-check
/**
 * The numbers of what crosses the boundary (`src/wire.rs` is the other side), with what goes with each:
 * up to three numbers, then lines of text.
 */

/** Read; flags: 2 × cache mode + opaque. Method, URL, variant, headers in turn. */
export const READ = 0;
/** Read or watch. The page aborted it. */
export const ABORT = 1;
/** Flight, head. */
export const RESPONDED = 2;
/** Flight, body, size; fields in turn. The body is no text. */
export const BYTES = 3;
/** As {@link BYTES}, of a text. */
export const TEXT = 4;
/** Flight. */
export const FAILED = 5;
/** Write, mutation or 0; method, URL, fields of the body in turn. */
export const WRITE = 6;
/** Write, head; fields of the body in turn. */
export const ANSWERED = 7;
/** Write. */
export const UNANSWERED = 8;
/** 0, head behind method and URL. */
export const OBSERVED = 9;
/** 1: mark as stale; origin or nothing, targets. */
export const INVALIDATE = 10;
export const CLEAR = 11;
/** 1: everything, since the page is going away. */
export const FLUSH = 12;
/** The deadline has come. */
export const WAKE = 13;
/** A message of another document. */
export const HEARD = 14;
/** Name of a document that was watched. */
export const GONE = 15;

/** Read, flags as of {@link READ}, 0: query, 1: peek, 2: watch. Options or nothing, method, URL, variant, headers in turn. */
export const QUERY = 16;
/** Body, size; options or nothing, URL. */
export const SET_DATA = 17;
/** URL. */
export const REMOVE = 18;
/** Watch. */
export const REFETCH = 19;
/** 0: the page is looked at, 1: it is not, 2: the network is there, 3: it is not. */
export const SIGNAL = 20;
/** Who is signed in, or nothing. */
export const SCOPE = 21;
/**
 * Mutation, body of its payload or 0, its size; method and URL or nothing, mutation scope, idempotency key, retries, `c` if
 * what follows goes on where it fails for good, temporary id, those of others that it names, what it invalidates, URLs
 * of its layers.
 */
export const MUTATE = 22;
/** Mutation, 1: its function is done, 0: it failed; head of its answer, as far as it is not known. */
export const SETTLED = 23;
/** Mutation. */
export const WITHDRAW = 24;
/** Mutation. A dead letter is to be sent again. */
export const RETRY = 25;
/** 1: this document sends what is durable, 0: no more. */
export const LEADING = 26;
/** Mutation, body, size; URL. Its answer made this of it. */
export const ADOPT = 27;
/** Mutation; what stands in URLs from now on for its temporary id. */
export const RENAME = 28;
/** Read, trigger (see `prefetch.js`), priority from 0 to 255; URL. Somebody may want it soon. */
export const PREFETCH = 29;
/** 0: unknown, 1: slow-2g, 2: 2g, 3: 3g, 4: 4g; 1: Save-Data + 2: `prefers-reduced-data`. */
export const CONNECTION = 30;
/** URL of a page that was visited. */
export const NAVIGATE = 31;
/** 0: memory, 1: storage. Empties it, here alone. */
export const FORGET = 32;

/** 1: mark as stale; origin, targets. The server says so, unasked. */
export const PUSHED = 33;

/** Read. Not ours. */
export const PASS = 0;
/** Read, body, age; `Cache-Status`. */
export const DELIVER = 1;
/** Read, flight. */
export const DELIVER_NETWORK = 2;
/** Read, flight. */
export const REJECT = 3;
/** Flight, read, 1: reload; or the kept body that it is conditional on, with the header: its name and value. */
export const FETCH = 4;
/** Flight. */
export const ABORT_FLIGHT = 5;
/** Flight; names of fields to look for. */
export const READ_BODY = 6;
/** Flight. */
export const END_FLIGHT = 7;
/** Write. */
export const SEND = 8;
/** Body. */
export const DROP_BODY = 9;
export const FLUSH_WHEN_IDLE = 10;
/** Message for the other documents. */
export const BROADCAST = 11;
/** Name of a document. */
export const WATCH = 12;
/** Read, body. */
export const ANSWER = 13;
/** Watch, body or 0, 1: it is stale + 2: it is being fetched. */
export const NOTIFY = 14;
/** Watch, flight. */
export const NOTIFY_FAILED = 15;
/** Watch. What it shows is somebody else's. */
export const BLANK = 16;
/** Flight, body. */
export const FRESHEN = 17;
/** Read, status or 0. */
export const REFUSE = 18;
/** Mutation; its idempotency key. It is its turn. */
export const SUBMIT = 19;
/** URL, mutations whose changes count for it. */
export const LAYERS = 20;
/** Mutation, how it ended: see `mutations.js`. */
export const OUTCOME = 21;
/** Mutation, what it is at (see `register.js`), attempts; or the status that ended it. */
export const STATUS = 22;
/** Mutation, body of its payload; idempotency key, method, URL, mutation scope, time. */
export const RESTORED = 23;
/** 1: become the document that sends what is durable, 0: leave it to others. */
export const LEAD = 24;
/** Read, what came of the prefetch: see `prefetch.js`. */
export const PREFETCHED = 25;
/** URLs of pages that are likely to come next. */
export const PREDICTED = 26;
/** Watch. Who fetches nothing of itself is to fetch. */
export const DUE = 27;
/** Read, body, 1: it is stale + 2 × the milliseconds for which that is the answer, unless it is {@link CHANGED}. */
export const PEEKED = 28;

/** Body, or 0 for all. What was said of it by {@link PEEKED} holds no longer. */
export const CHANGED = 29;

/**
 * Lines that came as a text; of none there is none.
 * @param {string | undefined} text
 */
export function lines(text) {
  return text ? text.split('\n') : [];
}
