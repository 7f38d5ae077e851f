// @ts-check
/**
 * What each effect of the client comes to; `wire.js` lists them.
 */
import { whenIdle } from './signals.js';
import * as wire from './wire.js';

/**
 * What performs effects.
 * @typedef {object} Parts
 * @property {import('./gate.js').Gate} gate
 * @property {import('./tabs.js').Tabs} tabs
 * @property {import('./bodies.js').Bodies} bodies
 * @property {import('./reads.js').Reads} reads
 * @property {import('./writes.js').Writes} writes
 * @property {import('./flights.js').Flights} flights
 * @property {import('./layers.js').Layers} layers
 * @property {import('./queries.js').Queries} queries
 * @property {import('./mutations.js').Mutations} mutations
 * @property {import('./leader.js').Leader} leader
 * @property {import('./prefetch.js').Prefetches} [prefetches] once they were wanted
 * @property {import('./push.js').Push} [push] once it was wanted
 */

/**
 * @param {Parts} parts
 * @param {number} kind
 * @param {number} a
 * @param {number} b
 * @param {number} c
 * @param {string} text
 */
export function perform(parts, kind, a, b, c, text) {
  const { gate, tabs, bodies, reads, writes, flights, layers, queries, mutations, leader } = parts;
  switch (kind) {
    case wire.PASS:
      gate.later(() => reads.pass(a));
      break;
    case wire.DELIVER:
      reads.deliver(a, bodies.get(b), c, text);
      break;
    case wire.DELIVER_NETWORK:
      flights.deliverNetwork(a, b);
      break;
    case wire.REJECT:
      flights.reject(a, b);
      break;
    case wire.FETCH:
      flights.send(a, b, c, wire.lines(text));
      break;
    case wire.ABORT_FLIGHT:
      flights.abort(a);
      break;
    case wire.READ_BODY:
      flights.readBody(a, wire.lines(text));
      break;
    case wire.END_FLIGHT:
      flights.end(a);
      break;
    case wire.SEND:
      writes.send(a);
      break;
    case wire.DROP_BODY:
      bodies.drop(a);
      break;
    case wire.FLUSH_WHEN_IDLE:
      whenIdle(() => gate.tell(wire.FLUSH));
      break;
    case wire.BROADCAST:
      tabs.send(text);
      break;
    case wire.WATCH:
      gate.later(() => tabs.watch(text));
      break;
    case wire.ANSWER:
      queries.answer(a, b);
      break;
    case wire.PEEKED:
      queries.peeked(b, c);
      break;
    case wire.CHANGED:
      bodies.said.drop(a);
      break;
    case wire.NOTIFY:
      queries.notify(a, b, c);
      break;
    case wire.NOTIFY_FAILED:
      queries.failed(a, flights.failure(b));
      break;
    case wire.BLANK:
      queries.blank(a);
      break;
    case wire.DUE:
      queries.due(a);
      break;
    case wire.FRESHEN:
      flights.freshen(a, b);
      break;
    case wire.REFUSE:
      reads.refuse(a, b);
      break;
    case wire.SUBMIT:
      mutations.submit(a, text);
      break;
    case wire.LAYERS: {
      const [url, ...ids] = wire.lines(text);
      layers.set(url, ids.map(Number));
      break;
    }
    case wire.OUTCOME:
      mutations.outcome(a, b);
      break;
    case wire.STATUS:
      mutations.status(a, b, c);
      break;
    case wire.RESTORED:
      mutations.restored(a, b, wire.lines(text));
      break;
    case wire.LEAD:
      gate.later(() => leader.want(a === 1));
      break;
    case wire.PREFETCHED:
      parts.prefetches?.end(a, b);
      break;
    case wire.PREDICTED:
      parts.prefetches?.predicted(wire.lines(text));
      break;
  }
}
