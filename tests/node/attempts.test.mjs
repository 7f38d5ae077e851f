// Attempts of what is durable: whoever has become the one that sends in the meantime sends it.
import assert from 'node:assert/strict';
import { test } from 'node:test';

Object.assign(globalThis, { location: new URL('https://a.test/page/'), origin: 'https://a.test' });
const { Attempts } = await import('../../src/host/attempts.js');
const { Mutation } = await import('../../src/host/mutation.js');
const { outgoing } = await import('../../src/host/outgoing.js');

const ADDRESS = 'https://a.test/x';

/** An attempt during which the document stops to be the one that sends; gives what was sent. */
async function attempt({ durable = true, isNative = false }) {
  /** @type {string[]} */
  const sent = [];
  const leader = { leads: true };
  const attempts = new Attempts(
    /** @type {any} */ ({
      gate: {},
      leader,
      reads: {
        native: async (/** @type {string[]} */ [url]) => {
          sent.push(url);
          return new Response(null, { status: 500 });
        },
      },
      writes: { submit: (...[, , send]) => send() },
      post() {},
    }),
    () => {},
  );
  attempts.headers = async () => {
    leader.leads = false;
  };
  const mutation = new Mutation(1, 'key');
  Object.assign(mutation, { durable, isNative });
  mutation.outgoing = outgoing({ url: ADDRESS }, Error);
  await attempts.make(mutation).catch(() => {});
  return { sent, error: mutation.error };
}

test('P6: what waits for its headers is not sent where another document sends by then', async () => {
  const { sent, error } = await attempt({});
  assert.deepEqual(sent, []);
  assert.match(`${error}`, /another document sends it/);
});

test('what is not durable is sent by its own document, and so is all where there is no client', async () => {
  assert.deepEqual((await attempt({ durable: false })).sent, [ADDRESS]);
  assert.deepEqual((await attempt({ isNative: true })).sent, [ADDRESS]);
});
