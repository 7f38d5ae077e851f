// Requests of a client that has ended: what comes of them is nothing to the next one, whose numbers begin anew.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bodies } from '../../src/host/bodies.js';
import { Flights } from '../../src/host/flights.js';
import { Gate } from '../../src/host/gate.js';
import { FAILED, RESPONDED, TEXT } from '../../src/host/wire.js';

/** A client to which each input is a line; gives those, and what there is to fly with. */
function pair() {
  /** @type {string[]} */
  const told = [];
  const gate = new Gate(/** @type {any} */ (Error), () => {});
  const client = {
    start() {},
    tell: (/** @type {number} */ kind, /** @type {number} */ id) => told.push(`${kind} ${id}`),
  };
  const open = () => gate.open(() => /** @type {any} */ (client));
  open();
  /** By read: what ends its request. @type {Record<number, { answer: Function, fail: Function }>} */
  const asked = {};
  const reads = {
    made: (/** @type {number} */ read) => ({
      call: { url: `https://a.test/${read}` },
      args: [`https://a.test/${read}`],
      native: () =>
        new Promise((answer, fail) => {
          asked[read] = { answer, fail };
        }),
    }),
  };
  const flights = new Flights(gate, /** @type {any} */ (reads), new Bodies());
  const send = (/** @type {number} */ id, /** @type {number} */ read) => {
    gate.enter(() => flights.send(id, read, 0, []));
  };
  return { told, gate, open, asked, flights, send };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

for (const how of /** @type {const} */ (['answer', 'fail'])) {
  test(`P7: a late ${how} is not taken for that of another request`, async () => {
    const { told, gate, open, asked, send } = pair();
    send(1, 1);
    gate.close();
    open();
    send(1, 2);
    asked[1][how](how === 'fail' ? new TypeError('lost') : new Response('one'));
    await settle();
    assert.deepEqual(told, []);
    asked[2][how](how === 'fail' ? new TypeError('lost') : new Response('two'));
    await settle();
    assert.deepEqual(told, [`${how === 'fail' ? FAILED : RESPONDED} 1`]);
  });
}

test('P7: a late body is not taken for that of another request', async () => {
  const { told, gate, open, asked, flights, send } = pair();
  /** @type {ReadableStreamDefaultController | undefined} */
  let body;
  const stream = new ReadableStream({
    start: (controller) => {
      body = controller;
    },
  });
  send(1, 1);
  asked[1].answer(new Response(stream));
  await settle();
  gate.enter(() => flights.readBody(1, []));
  gate.close();
  open();
  send(1, 2);
  body?.enqueue(new TextEncoder().encode('one'));
  body?.close();
  await settle();
  assert.deepEqual(told, [`${RESPONDED} 1`]);
  asked[2].answer(new Response('two'));
  await settle();
  gate.enter(() => flights.readBody(1, []));
  await settle();
  assert.deepEqual(told, [`${RESPONDED} 1`, `${RESPONDED} 1`, `${TEXT} 1`]);
});
