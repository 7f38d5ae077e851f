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

export class Writes {
  #gate;
  #last = 0;
  /** What is to be done when each may be sent. @type {Map<number, () => void>} */
  #writes = new Map();

  /** @param {Gate} gate */
  constructor(gate) {
    this.#gate = gate;
    gate.atEnd(() => {
      for (const send of this.#writes.values()) {
        send();
      }
      this.#writes.clear();
    });
  }

  /**
   * @param {Made} made
   * @returns {Promise<Response>}
   */
  write({ call, native, args }) {
    const { method, url, body } = call;
    /** @type {Promise<Response> | undefined} */
    let sent;
    /** @type {((sent: Promise<Response>) => void) | undefined} */
    let resolve;
    const [id, names] = this.#begin(method, url, body, () => {
      sent = attempt(() => native(args));
      resolve?.(sent);
    });
    // The page's body is consumed within its own call wherever the client lets it.
    /** @type {Promise<Response>} */
    const answer =
      sent ??
      new Promise((given) => {
        resolve = given;
      });
    return answer.then(
      (response) => this.#answered(id, response, names),
      (error) => {
        this.#gate.tell(UNANSWERED, id);
        throw error;
      },
    );
  }

  /**
   * A write that is sent by other means, once this has returned.
   * @param {string} method
   * @param {string} url
   * @param {unknown} body
   * @param {() => void} look whether its answer has come
   * @returns {Tell}
   */
  follow(method, url, body, look) {
    const [id, names] = this.#begin(method, url, body, () => {});
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
        this.#gate.tell(UNANSWERED, id);
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
   * Tells the client of a write; gives its number, and the names of the fields to look for in its answer.
   * @param {string} method
   * @param {string} url
   * @param {unknown} body
   * @param {() => void} send what is to be done when it may be sent
   * @returns {[id: number, names: string[]]}
   */
  #begin(method, url, body, send) {
    const id = ++this.#last;
    const names = lines(this.#gate.enter((client) => client.writeFields(method, url)));
    this.#writes.set(id, send);
    this.#gate.tell(WRITE, id, 0, 0, [method, url, ...pick(body, names)]);
    return [id, names];
  }

  /** @param {number} id @param {Answer} answer @param {string[]} found fields of its body in turn */
  #tell(id, answer, found) {
    const [status, flags, list] = head(answer, this.#gate.names);
    this.#gate.tell(ANSWERED, id, status, flags, [...list, ...found]);
  }

  /**
   * @param {number} id
   * @param {Response} response
   * @param {string[]} names of fields to look for in its body
   */
  #answered(id, response, names) {
    /** @param {string[]} found */
    const tell = (found) => {
      this.#tell(id, response, found);
      return response;
    };
    if (!names.length || !isTelling(response)) {
      return tell([]);
    }
    const text = attempt(() => response.clone().text()).then((body) => pick(body, names));
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, []));
    return Promise.race([text, late]).then(tell, () => tell([]));
  }
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
