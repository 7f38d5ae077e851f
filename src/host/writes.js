// @ts-check
/**
 * Calls of `fetch` that may change something. The intent is in storage before the request is sent, and the
 * answer is known to the client before it is to the page.
 */
import { head } from './head.js';
import { attempt } from './reads.js';
import { pick } from './request.js';
import { ANSWERED, lines, UNANSWERED, WRITE } from './wire.js';

/** @import { Gate } from './gate.js' */
/** @import { Answer } from './head.js' */
/** @import { Made } from './reads.js' */
/** @import { Tell } from './xhr.js' */

/** An answer is held back at most this many milliseconds to look for fields in its body. */
const PATIENCE = 1000;

/**
 * What is written.
 * @typedef {object} Write
 * @property {string} method
 * @property {string} url
 * @property {unknown} body
 */

export class Writes {
  /** Takes a call that a rule makes durable, where that can be done. @type {(made: Made) => Promise<Response> | undefined} */
  outbox = () => undefined;
  /**
   * Hears of each write, by number: when it has begun, and when it is over, with its answer or `null`.
   * @type {(id: number, answer?: Answer | null) => void}
   */
  seen = () => {};
  #gate;
  #last = 0;
  /** What is to be done when each may be sent. @type {Map<number, () => void>} */
  #writes = new Map();
  /** What was told of each that is under way. @type {Map<number, string[]>} */
  #open = new Map();
  /** The last one that a client before this one knows. */
  #before = 0;

  /** @param {Gate} gate */
  constructor(gate) {
    this.#gate = gate;
    gate.atEnd(() => {
      for (const send of this.#writes.values()) {
        send();
      }
      this.#writes.clear();
      this.#before = this.#last;
    });
    gate.atBegin(() => {
      for (const [id, told] of this.#open) {
        if (id <= this.#before) {
          this.#gate.tell(WRITE, id, 0, 0, told);
        }
      }
    });
  }

  /**
   * @param {Made} made
   * @returns {Promise<Response>}
   */
  write(made) {
    const [durable] = this.#ask(made.call);
    return (durable && this.outbox(made)) || this.pass(made);
  }

  /**
   * As {@link write}, past the outbox.
   * @param {Made} made
   */
  pass({ call, native, args }) {
    return this.#request(0, call, () => native(args), fields);
  }

  /**
   * The request of a mutation.
   * @param {number} mutation
   * @param {Write} write
   * @param {() => Promise<Response>} native sends it
   * @param {(response: Response) => Promise<unknown>} take reads the answer, before the client is told of it; gives its text
   */
  submit(mutation, write, native, take) {
    return this.#request(mutation, write, native, async (response, names) =>
      pick(await take(response), names),
    );
  }

  /**
   * A write that is sent by other means, once this has returned.
   * @param {Write} write
   * @param {() => void} look whether its answer has come
   * @returns {Tell}
   */
  follow(write, look) {
    const [id, names] = this.#begin(0, write, () => {});
    // A handler of the page's may know of it before we do.
    const unwatch = this.#gate.before(look);
    return (answer, read) => {
      if (answer && !read && names.length && isTelling(answer)) {
        return false;
      }
      unwatch();
      if (answer) {
        this.#tell(id, answer, pick(names.length && read?.(), names));
      } else {
        this.#lose(id);
      }
      return true;
    };
  }

  /** @param {number} id */
  send(id) {
    this.#gate.later(() => {
      const send = this.#writes.get(id);
      this.#writes.delete(id);
      send?.();
    });
  }

  /**
   * @param {number} mutation or 0
   * @param {Write} write
   * @param {() => Promise<Response>} native
   * @param {(response: Response, names: string[]) => Promise<string[]> | undefined} look gives fields of the answer's body
   * @returns {Promise<Response>}
   */
  #request(mutation, write, native, look) {
    /** @type {Promise<Response> | undefined} */
    let sent;
    /** @type {((sent: Promise<Response>) => void) | undefined} */
    let resolve;
    const [id, names] = this.#begin(mutation, write, () => {
      sent = attempt(native);
      resolve?.(sent);
    });
    // The page's body is consumed within its own call wherever the client lets it.
    /** @type {Promise<Response>} */
    const answer =
      sent ??
      new Promise((given) => {
        resolve = given;
      });
    /** @param {unknown} error */
    const lost = (error) => {
      this.#lose(id);
      throw error;
    };
    return answer.then((response) => {
      /** @param {string[]} found */
      const tell = (found) => {
        this.#tell(id, response, found);
        return response;
      };
      const found = look(response, names);
      return found ? found.then(tell, lost) : tell([]);
    }, lost);
  }

  /**
   * Tells the client of a write; gives its number, and the names of the fields to look for in its answer.
   * @param {number} mutation or 0
   * @param {Write} write
   * @param {() => void} send what is to be done when it may be sent
   * @returns {[id: number, names: string[]]}
   */
  #begin(mutation, write, send) {
    const id = ++this.#last;
    const { method, url, body } = write;
    const [, ...names] = this.#ask(write);
    const told = [method, url, ...pick(body, names)];
    this.seen(id);
    this.#writes.set(id, send);
    this.#open.set(id, told);
    this.#gate.tell(WRITE, id, mutation, 0, told);
    return [id, names];
  }

  /**
   * Something where a rule makes it durable, or nothing; then names of fields to look for in its body and its answer's.
   * @param {Write} write
   * @returns {string[]}
   */
  #ask({ method, url }) {
    return lines(this.#gate.enter((client) => client.writeTerms(method, url)));
  }

  /** @param {number} id @param {Answer} answer @param {string[]} found fields of its body in turn */
  #tell(id, answer, found) {
    const [status, flags, list] = head(answer, this.#gate.names);
    this.#open.delete(id);
    this.#gate.tell(ANSWERED, id, status, flags, [...list, ...found]);
    this.seen(id, answer);
  }

  /** @param {number} id */
  #lose(id) {
    this.#open.delete(id);
    this.#gate.tell(UNANSWERED, id);
    this.seen(id, null);
  }
}

/**
 * Fields of the body of an answer, where there is something to look for.
 * @param {Response} response
 * @param {string[]} names
 * @returns {Promise<string[]> | undefined}
 */
function fields(response, names) {
  if (!names.length || !isTelling(response)) {
    return undefined;
  }
  const text = attempt(() => response.clone().text()).then((body) => pick(body, names));
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, []));
  return Promise.race([text, late]).catch(() => []);
}

/**
 * Whether only the body of an answer can tell what the write touched.
 * @param {Answer} response
 */
function isTelling(response) {
  try {
    const { headers, ok } = response;
    const json = /^[^;]*[/+]json\b/i.test(headers.get('content-type') ?? '');
    return ok && json && !headers.has('x-cache-invalidate');
  } catch {
    // It is no response.
    return false;
  }
}
