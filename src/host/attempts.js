// @ts-check
/**
 * Attempts of mutations: a request or a call of a function, and what its answer says.
 */
import { bodyOf, dataOf, Produced, refusal, sizeOf } from './data.js';
import { unheard } from './head.js';
import { bodyFor, initOf } from './outgoing.js';
import { keep } from './response.js';
import { ADOPT, SETTLED } from './wire.js';

/** @import { Mutation } from './mutation.js' */
/** @import { Parts } from './mutations.js' */
/** @import { StoredBody } from './response.js' */

/** Those that the client has from storage have numbers from here on: another document may wait for them. */
const STORED = 2 ** 30;

export class Attempts {
  /** What the outbox sends beside what is stored. @type {(request: { method: string, url: string }) => any} */
  headers = () => undefined;
  #parts;
  #identify;

  /**
   * @param {Parts} parts
   * @param {(mutation: Mutation, id: unknown) => void} identify is told what its temporary id stands for
   */
  constructor(parts, identify) {
    this.#parts = parts;
    this.#identify = identify;
  }

  /**
   * Makes one, and tells the client how it went.
   * @param {Mutation} mutation
   * @returns {Promise<unknown>}
   */
  make(mutation) {
    const { gate, writes } = this.#parts;
    const { id, outgoing } = mutation;
    mutation.prepare();
    if (!outgoing) {
      return this.#run(mutation).then(() => {
        const [, flags, lines] = unheard(mutation.headers, gate.names);
        gate.tell(SETTLED, id, +!mutation.hasFailed, flags, lines);
      });
    }
    const { method, url } = outgoing;
    return writes.submit(
      id,
      { method, url, body: bodyFor(outgoing) },
      () => this.#send(mutation),
      (response) => this.#take(mutation, response),
    );
  }

  /**
   * Makes one without a client.
   * @param {Mutation} mutation
   * @returns {Promise<unknown>}
   */
  makeNatively(mutation) {
    mutation.prepare();
    return mutation.outgoing
      ? this.#send(mutation).then((response) => this.#take(mutation, response))
      : this.#run(mutation);
  }

  /**
   * What an answer says of a mutation, whoever sent it.
   * @param {Mutation} mutation
   * @param {StoredBody} body
   */
  learn(mutation, body) {
    try {
      mutation.data = dataOf(body, this.#parts.gate.Failure);
    } catch (error) {
      // It is done all the same.
      mutation.lose(error);
      return;
    }
    this.#use(mutation);
  }

  /** @param {Mutation} mutation */
  async #run(mutation) {
    const { options, variables, controller, key } = mutation;
    const context = { signal: controller?.signal, idempotencyKey: key };
    try {
      const answer = await options.mutationFn(variables, context);
      if (answer?.headers instanceof Headers && 'data' in answer) {
        mutation.data = answer.data;
        mutation.headers = answer.headers;
      } else {
        mutation.data = answer;
      }
    } catch (error) {
      mutation.lose(error);
      return;
    }
    this.#use(mutation);
  }

  /** @param {Mutation} mutation @returns {Promise<Response>} */
  async #send(mutation) {
    const { durable, options, key, method, url, controller } = mutation;
    const { leader, reads } = this.#parts;
    try {
      if (mutation.broken) {
        throw mutation.broken;
      }
      const more = durable ? await this.headers({ method, url }) : undefined;
      if (durable && !mutation.isNative && !leader.leads) {
        throw new Error('another document sends it');
      }
      const named = durable || options.retry ? key : '';
      const outgoing = /** @type {any} */ (mutation.outgoing);
      const init = initOf(outgoing, named, more, controller?.signal);
      return await reads.native([url, init]);
    } catch (error) {
      mutation.lose(error);
      throw error;
    }
  }

  /**
   * Reads an answer whole; gives its body.
   * @param {Mutation} mutation
   * @param {Response} response
   */
  async #take(mutation, response) {
    const { id, key, isCall } = mutation;
    const tell = (/** @type {StoredBody} */ body) => this.#parts.post({ key, body });
    mutation.response = response;
    if (!response.ok) {
      // Whoever is given it may still read it.
      mutation.controller = undefined;
      mutation.lose(refusal(response, this.#parts.gate.Failure));
      if (id >= STORED) {
        keep(response, response).then(tell, () => {});
      }
      return undefined;
    }
    try {
      const body = await keep(response, isCall ? response.clone() : response);
      if (id >= STORED) {
        tell(body);
      }
      if (!isCall) {
        this.learn(mutation, body);
      }
      return body.data;
    } catch (error) {
      mutation.response = undefined;
      mutation.lose(error);
      throw error;
    }
  }

  /** What is known now that its data is there. @param {Mutation} mutation */
  #use(mutation) {
    const { id, url, data, tempId, options } = mutation;
    const { gate, bodies, queries, failed } = this.#parts;
    /** What the page does wrong harms nothing. @param {() => void} work */
    const safely = (work) => {
      try {
        work();
      } catch (error) {
        failed(`${url}: ${error}`);
      }
    };
    if (tempId) {
      const realId = options.realId ?? ((/** @type {any} */ data) => data?.id);
      safely(() => this.#identify(mutation, realId(data)));
    }
    // What has ended is no longer asked for new data. By now the keys have their real ids.
    const wanted = !mutation.isNative && mutation.outcome === undefined;
    for (const [key, changes] of wanted ? mutation.changes : []) {
      for (const { adopt } of changes) {
        safely(() => {
          const value = typeof adopt === 'function' ? adopt(data, queries.base(key)?.data) : data;
          if (adopt && value !== undefined) {
            const body = bodyOf(new Produced(value));
            gate.tell(ADOPT, id, bodies.add(body), sizeOf(body), [key]);
          }
        });
      }
    }
  }
}
