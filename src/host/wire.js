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
/** Write; method, URL, fields of the body in turn. */
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
/** Read, body, 1: it is stale. */
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

/**
 * Lines that came as a text; of none there is none.
 * @param {string | undefined} text
 */
export function lines(text) {
  return text ? text.split('\n') : [];
}
