// @ts-check
/**
 * What is to be done with what a server pushes, and when. Only decisions: the time comes in.
 */

/** An event waits for at most so many milliseconds for a write of ours that it may be the echo of. */
const PATIENCE = 2000;
/** A write that was not heard of for so many milliseconds is not waited for. */
const LOST = 30_000;
/** Of so many writes of ours it is remembered which event is theirs. */
const REMEMBERED = 200;
/** Milliseconds until a connection is tried again; then twice as long each time. */
const FIRST = 1000;
const LONGEST = 60_000;

/**
 * Something that was pushed.
 * @typedef {object} Pushed
 * @property {string} id its place
 * @property {string} targets as in `X-Cache-Invalidate`
 * @property {boolean} isUrgent it is no echo of anything
 * @property {number} at when it came
 */

export class Feed {
  /** @type {Pushed[]} */ #waiting = [];
  /** Writes of this browser that are under way, and since when. @type {Map<string, number>} */
  #writes = new Map();
  /** Events that say what answers to our own writes have said. @type {Set<string>} */ #own =
    new Set();

  /** @param {string} write @param {number} now */
  begun(write, now) {
    this.#writes.set(write, now);
  }

  /**
   * What its answer says is old by now.
   * @param {string} write
   * @param {string | null} [id] the event that says the same, where the server has told
   */
  ended(write, id) {
    this.#writes.delete(write);
    if (id) {
      this.#own.add(id);
      const [oldest] = this.#own;
      if (this.#own.size > REMEMBERED) {
        this.#own.delete(oldest);
      }
    }
  }

  /** @param {Pushed} event */
  take(event) {
    this.#waiting.push(event);
  }

  /** Forgets what waits: it will be told again. */
  forget() {
    this.#waiting = [];
  }

  /**
   * The next event, in the order in which they came, and whether it is the echo of a write of ours; or for how many
   * milliseconds to wait. It is ours only where a server has said so: whatever else others have written counts.
   * @param {number} now
   * @returns {{ event: Pushed, isOwn: boolean } | number | undefined}
   */
  next(now) {
    const [event] = this.#waiting;
    if (!event) {
      return undefined;
    }
    const isOwn = !event.isUrgent && this.#own.has(event.id);
    const left = event.at + PATIENCE - now;
    if (!isOwn && !event.isUrgent && left > 0 && this.#mayBeOurs(event, now)) {
      return left;
    }
    this.#waiting.shift();
    return { event, isOwn };
  }

  /** The answer of the write that it tells of may be on its way. @param {Pushed} event @param {number} now */
  #mayBeOurs({ at }, now) {
    for (const [write, since] of this.#writes) {
      if (since + LOST < now) {
        this.#writes.delete(write);
      } else if (since <= at) {
        return true;
      }
    }
    return false;
  }
}

/**
 * How long to wait until a connection is tried again. Many pages lose theirs at once, and are not to come back at once.
 * @param {number} failures in a row
 * @param {number} random from 0 to 1
 */
export function pause(failures, random) {
  return Math.min(FIRST * 2 ** failures, LONGEST) * (0.5 + random / 2);
}
