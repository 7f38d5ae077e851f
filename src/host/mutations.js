// @ts-check
/**
 * Mutations: what they change is shown at once, what they send is sent when the client says so, and whoever waits
 * for one hears how it ended. Without a client they are sent natively, in order.
 */
import { Attempts } from './attempts.js';
import { bodyOf, Produced, refusal } from './data.js';
import { Elsewhere } from './elsewhere.js';
import { random } from './environment.js';
import { Mutation, made } from './mutation.js';
import { storableCall } from './outgoing.js';
import { DEAD, Register, SENDING } from './register.js';
import { CachedResponse } from './response.js';
import * as wire from './wire.js';

/** @import { Bodies } from './bodies.js' */
/** @import { Gate } from './gate.js' */
/** @import { Layers } from './layers.js' */
/** @import { Options } from './mutation.js' */
/** @import { Queries } from './queries.js' */
/** @import { Made, Reads } from './reads.js' */
/** @import { StoredBody } from './response.js' */
/** @import { Ids } from './temp-ids.js' */
/** @import { Writes } from './writes.js' */

/** How the client ends one. */
const OUTCOME = { done: 0, failed: 1, withdrawn: 2, elsewhere: 3, full: 4, nobody: 5, kept: 6 };
/** So many real ids are remembered for mutations that are still to come. */
const MOST_IDS = 1000;

/**
 * @typedef {object} Parts of the host
 * @property {Gate} gate
 * @property {Reads} reads
 * @property {Writes} writes
 * @property {Bodies} bodies
 * @property {Layers} layers
 * @property {Queries} queries
 * @property {import('./leader.js').Leader} leader whether this document sends what is durable
 * @property {(answer: object) => void} post tells other documents of an answer
 * @property {(subject: string) => void} failed tells that something of an optimistic change failed
 */

export class Mutations {
  /** Those that are not done, as the page sees them. */
  register;
  #parts;
  #gate;
  #attempts;
  #last = 0;
  /** @type {Map<number, Mutation>} */ #all = new Map();
  /** @type {Ids} */ #ids = new Map();
  #elsewhere = new Elsewhere((key) => this.#named(key));
  /** Without a client: the end of the last one of each mutation scope. @type {Map<string, Promise<void>>} */
  #lanes = new Map();

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#gate = parts.gate;
    this.#attempts = new Attempts(parts, (mutation, id) => this.#identify(mutation, id));
    this.register = new Register(
      (id) => this.#gate.tell(wire.RETRY, id),
      (id) => this.#withdraw(id, this.#failure('mutation-discarded', 'it was discarded')),
    );
    parts.writes.outbox = (call) => this.#call(call);
    parts.gate.atEnd(() => this.#end());
  }

  /** What the outbox sends beside what is stored. @param {Attempts['headers']} headers */
  set headers(headers) {
    this.#attempts.headers = headers;
  }

  /**
   * @param {Options} options
   * @returns {Promise<any>}
   */
  async mutate(options) {
    const mutation = made(++this.#last, random(), options, this.#gate.Failure);
    mutation.durable &&= this.#stores;
    return this.#begin(mutation);
  }

  /** It is its turn. @param {number} id @param {string} key for idempotency: another one where the last was refused */
  submit(id, key) {
    const mutation = this.#all.get(id);
    if (mutation) {
      if (mutation.key !== key) {
        this.register.delete(mutation);
        mutation.key = key;
        this.register.set(mutation);
      }
      this.#gate.later(() => {
        if (mutation.outcome === undefined) {
          this.#attempt(mutation);
        } else if (!mutation.outgoing) {
          // Its function, which was given up before its turn was over, is not called.
          this.#gate.tell(wire.SETTLED, id);
        }
      });
    }
  }

  /** @param {number} id @param {number} outcome */
  outcome(id, outcome) {
    const mutation = this.#all.get(id);
    if (mutation) {
      mutation.outcome = outcome;
      this.#parts.layers.forget(id);
      this.register.delete(mutation);
      this.#gate.later(() => this.#close(mutation));
    }
  }

  /** @param {number} id @param {number} status @param {number} count attempts; of a dead one the HTTP status, or 0 */
  status(id, status, count) {
    const mutation = this.#all.get(id);
    if (mutation) {
      if (status === DEAD) {
        this.#bury(mutation, count);
      } else {
        mutation.attempts = count;
      }
      mutation.status = status;
      this.register.set(mutation);
    }
  }

  /**
   * Storage holds one.
   * @param {number} id
   * @param {number} payload
   * @param {string[]} lines
   */
  restored(id, payload, [key, method, url, scope, time]) {
    const mutation = this.#all.get(id) ?? new Mutation(id, key);
    mutation.scope = scope;
    mutation.submittedAt = Number(time);
    mutation.payload = payload;
    const data = this.#parts.bodies.get(payload)?.data;
    mutation.restore(/** @type {string | undefined} */ (data), method, url);
    this.#all.set(id, mutation);
    this.#parts.layers.add(mutation);
    this.register.set(mutation);
  }

  /** Another document tells of an answer. @param {unknown} answer */
  told(answer) {
    this.#elsewhere.told(answer);
  }

  /**
   * A call of `fetch` that a rule makes durable; where the outbox does not take it, it is an ordinary one.
   * @param {Made} made
   * @returns {Promise<any> | undefined}
   */
  #call(made) {
    const outgoing = this.#stores && storableCall(made.call, made.args);
    if (!outgoing) {
      return undefined;
    }
    const options = { signal: made.call.signal, onDeadLetter: 'continue' };
    const mutation = new Mutation(++this.#last, random(), options);
    // One that is sent again must not undo a later one.
    Object.assign(mutation, { outgoing, durable: true, isCall: true, scope: outgoing.url });
    return this.#begin(mutation).catch((error) => {
      if (mutation.outcome === OUTCOME.full || mutation.outcome === OUTCOME.nobody) {
        return this.#parts.writes.pass(made);
      }
      throw error;
    });
  }

  /** Whether what is durable is stored; what is, is sent in any case. */
  get #stores() {
    return !this.#gate.off.has('outbox');
  }

  /**
   * @param {Mutation} mutation
   * @returns {Promise<any>}
   */
  #begin(mutation) {
    const { id, durable, options } = mutation;
    const { signal } = options;
    mutation.resolve(this.#ids);
    const stored = durable ? mutation.stored(this.#gate.Failure) : '';
    signal?.throwIfAborted();
    const promise = mutation.promise();
    this.#all.set(id, mutation);
    this.register.set(mutation);
    if (this.#gate.isOpen) {
      if (durable) {
        // What is shown is what will be after a reload.
        mutation.restore(stored, mutation.method, mutation.url);
        mutation.payload = this.#parts.bodies.add({ ...bodyOf(new Produced(null)), data: stored });
      }
      this.#parts.layers.add(mutation);
      this.#gate.tell(wire.MUTATE, id, mutation.payload, stored.length, mutation.lines());
    } else {
      this.#natively(mutation);
    }
    const abort = () => this.#withdraw(id, signal.reason);
    signal?.addEventListener('abort', abort);
    return signal ? promise.finally(() => signal.removeEventListener('abort', abort)) : promise;
  }

  /** @param {Mutation} mutation */
  #attempt(mutation) {
    const attempt = this.#attempts
      .make(mutation)
      .catch(() => {})
      .then(() => {
        if (mutation.attempt === attempt) {
          mutation.attempt = undefined;
        }
      });
    mutation.attempt = attempt;
  }

  /** @param {Mutation} mutation */
  #close(mutation) {
    const { id, url } = mutation;
    this.#all.delete(id);
    switch (mutation.outcome) {
      case OUTCOME.withdrawn:
        mutation.reason ??= this.#failure('mutation-discarded', `it was given up: ${url}`);
        mutation.controller?.abort(mutation.reason);
        mutation.fail(mutation.reason);
        break;
      case OUTCOME.elsewhere:
        this.#elsewhere.hear(mutation, isSuccess, (body) => {
          mutation.prepare();
          if (mutation.isCall) {
            mutation.response = body ? answerOf(body) : new Response(null, { status: 204 });
          } else if (body) {
            this.#attempts.learn(mutation, body);
          }
          mutation.settle();
        });
        break;
      case OUTCOME.full:
        mutation.fail(this.#failure('outbox-full', `there is no room for ${url}`));
        break;
      case OUTCOME.nobody:
        mutation.fail(this.#failure('scope-missing', `nobody is signed in for ${url}`));
        break;
      case OUTCOME.kept:
        mutation.fail(
          this.#failure('scope-missing', `it waits until its user is signed in: ${url}`),
        );
        break;
      default:
        mutation.settle();
    }
  }

  /** It has failed for good. @param {Mutation} mutation @param {number} status the answer's, or 0 */
  #bury(mutation, status) {
    const { id, url, isCall, isAwaited } = mutation;
    const end = () => {
      mutation.settle();
      if (isCall && isAwaited) {
        // Who called `fetch` has seen that it failed.
        this.#gate.tell(wire.WITHDRAW, id);
      }
    };
    if (mutation.status === SENDING && mutation.hasFailed) {
      this.#gate.later(end);
    } else if (!status) {
      mutation.lose(this.#failure('mutation-discarded', `it is too old to be sent: ${url}`));
      this.#gate.later(end);
    } else {
      mutation.lose(this.#failure('http-error', `${status} for ${url}`));
      const fits = (/** @type {number} */ told) => told === status;
      /** @param {StoredBody} [body] */
      const take = (body) => {
        mutation.response = body ? answerOf(body) : new Response(null, { status });
        if (body) {
          mutation.lose(refusal(mutation.response, this.#gate.Failure));
        }
        end();
      };
      this.#gate.later(() => this.#elsewhere.hear(mutation, fits, take));
    }
  }

  /** @param {number} id @param {unknown} reason */
  #withdraw(id, reason) {
    const mutation = this.#all.get(id);
    if (mutation) {
      mutation.reason = reason;
      this.#gate.tell(wire.WITHDRAW, id);
      if (mutation.isNative) {
        mutation.controller?.abort(reason);
        this.#forget(mutation);
      }
      mutation.fail(reason);
    }
  }

  /** What a temporary id stands for. @param {Mutation} mutation @param {unknown} real */
  #identify({ id, tempId, isNative }, real) {
    if (typeof real !== 'string' && typeof real !== 'number') {
      throw new TypeError('the answer has no id');
    }
    this.#ids.set(tempId, real);
    if (this.#ids.size > MOST_IDS) {
      this.#ids.delete(/** @type {string} */ (this.#ids.keys().next().value));
    }
    for (const mutation of this.#all.values()) {
      mutation.resolve(new Map([[tempId, real]]));
      const body = this.#parts.bodies.get(mutation.payload);
      if (body && !mutation.broken) {
        body.data = mutation.stored(this.#gate.Failure);
      }
    }
    if (!isNative) {
      this.#gate.tell(wire.RENAME, id, 0, 0, [encodeURIComponent(real)]);
    }
  }

  /** @param {string} key */
  #named(key) {
    return [...this.#all.values()].find((mutation) => mutation.key === key);
  }

  /** There is no client any more: what it was asked for, and has not been sent, is sent natively. */
  #end() {
    this.#parts.layers.clear();
    for (const mutation of [...this.#all.values()]) {
      const { attempt, outcome, status, isAwaited, scope } = mutation;
      mutation.isNative = true;
      if (outcome !== undefined) {
        this.#close(mutation);
      } else if (status === DEAD || !isAwaited) {
        // What is stored waits for the next client.
        this.#forget(mutation);
        mutation.settle();
      } else if (attempt) {
        const done = attempt.then(() => this.#finish(mutation));
        this.#queue(scope, done);
      } else {
        this.#natively(mutation);
      }
    }
  }

  /** @param {Mutation} mutation */
  #natively(mutation) {
    const { scope } = mutation;
    mutation.isNative = true;
    const send = async () => {
      if (mutation.isAwaited) {
        mutation.status = SENDING;
        this.register.set(mutation);
        await this.#attempts.makeNatively(mutation).catch(() => {});
        this.#finish(mutation);
      }
    };
    const before = this.#lanes.get(scope);
    this.#queue(scope, before ? before.then(send) : send());
  }

  /** @param {string} scope @param {Promise<void>} done */
  #queue(scope, done) {
    if (scope) {
      this.#lanes.set(scope, done);
    }
  }

  /** @param {Mutation} mutation */
  #finish(mutation) {
    this.#forget(mutation);
    mutation.settle();
    this.#parts.queries.refresh();
  }

  /** @param {Mutation} mutation */
  #forget(mutation) {
    this.#all.delete(mutation.id);
    this.register.delete(mutation);
  }

  /** @param {ConstructorParameters<import('./boundary.js').Failure>[0]} code @param {string} message */
  #failure(code, message) {
    return new this.#gate.Failure(code, message);
  }
}

/** An answer that came by another document. @param {StoredBody} body */
function answerOf(body) {
  return new CachedResponse(body, 0, 'everfresh; fwd=method');
}

/** @param {number} status */
function isSuccess(status) {
  return status >= 200 && status < 300;
}
