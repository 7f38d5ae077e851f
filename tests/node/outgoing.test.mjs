// The requests of mutations: what is stored of them, and what is sent.
import assert from 'node:assert/strict';
import { test } from 'node:test';

Object.assign(globalThis, { location: new URL('https://a.test/page/'), origin: 'https://a.test' });
const { initOf, outgoing, storable, storableCall } = await import('../../src/host/outgoing.js');
const { decode } = await import('../../src/host/request.js');
const { read } = await import('../../src/host/target.js');
const { Mutation, made } = await import('../../src/host/mutation.js');

class Failure extends Error {
  /** @param {string} code @param {string} message @param {object} [options] */
  constructor(code, message, options) {
    super(message, options);
    this.code = code;
  }
}

for (const name of [
  'Authorization',
  'Proxy-Authorization',
  'Cookie',
  'X-Api-Key',
  'apikey',
  'X-Auth-Token',
  'X-CSRF-Token',
  'X-XSRF-TOKEN',
  'X-Session-Id',
  'X-Amz-Security-Token',
  'Client-Secret',
]) {
  test(`P8: what ${name} says is sent, and not stored`, () => {
    const made = outgoing({ url: '/a', headers: { [name]: 's3cret', 'x-mine': 'yes' } }, Failure);
    const { headers } = storable(made);
    assert.deepEqual(headers, ['x-mine', 'yes']);
    const sent = new Headers(initOf(made, 'k1', undefined, undefined).headers);
    assert.equal(sent.get(name), 's3cret');
  });
}

test('P8: no credential is in the text that is stored, and they stay where the mutation was made', () => {
  const request = {
    url: '/a',
    headers: { authorization: 's3cret', 'x-mine': 'yes' },
    body: { a: 1 },
  };
  const mutation = made(1, 'k1', { request, durable: true }, Failure);
  const text = mutation.stored(Failure);
  assert.doesNotMatch(text, /s3cret/);
  mutation.restore(text, mutation.method, mutation.url);
  assert.ok(mutation.outgoing?.headers.includes('s3cret'));
  const restored = new Mutation(2, 'k1');
  restored.restore(text, 'POST', 'https://a.test/a');
  const stored = ['x-mine', 'yes', 'content-type', 'application/json'];
  assert.deepEqual(restored.outgoing?.headers, stored);
  assert.deepEqual(restored.outgoing?.data, { a: 1 });
});

test('P6: the key is sent as the draft has it, unless the page has its own; credentials of the moment count', () => {
  const made = outgoing({ url: '/a', headers: { authorization: 'old' } }, Failure);
  const sent = new Headers(initOf(made, 'k1', { authorization: 'new' }, undefined).headers);
  assert.equal(sent.get('idempotency-key'), '"k1"');
  assert.equal(sent.get('authorization'), 'new');
  const own = outgoing({ url: '/a', headers: { 'idempotency-key': 'mine' } }, Failure);
  assert.equal(
    new Headers(initOf(own, 'k1', undefined, undefined).headers).get('idempotency-key'),
    'mine',
  );
});

for (const [name, args, expected] of /** @type {[string, any[], any][]} */ ([
  ['a text', ['/a', { method: 'POST', body: 'x' }], { body: 'x', headers: [] }],
  [
    'nothing',
    ['/a', { method: 'DELETE', credentials: 'include', keepalive: true }],
    { headers: [], init: { credentials: 'include', keepalive: true } },
  ],
  [
    'a form',
    [new URL('https://b.test/a'), { method: 'put', body: new URLSearchParams('a=1') }],
    { body: 'a=1', headers: ['content-type', 'application/x-www-form-urlencoded;charset=UTF-8'] },
  ],
])) {
  test(`P6: a call of fetch with ${name} can be stored`, () => {
    const { method, url, ...stored } = /** @type {any} */ (storableCall(call(args), args));
    assert.equal(method, args[1].method.toUpperCase());
    assert.equal(url, new URL(args[0], 'https://a.test').href);
    const plain = JSON.parse(JSON.stringify(stored));
    assert.deepEqual(plain, { init: {}, ...expected });
  });
}

for (const [name, args] of /** @type {[string, any[]][]} */ ([
  ['bytes', ['/a', { method: 'POST', body: new Uint8Array(2) }]],
  ['a blob', ['/a', { method: 'POST', body: new Blob(['x']) }]],
  ['a form with files', ['/a', { method: 'POST', body: new FormData() }]],
  ['a stream', ['/a', { method: 'POST', body: new ReadableStream(), duplex: 'half' }]],
  ['a Request', [new Request('https://a.test/a', { method: 'POST', body: 'x' })]],
  ['an answer that nobody can read', ['/a', { method: 'POST', mode: 'no-cors', body: 'x' }]],
])) {
  test(`P7: a call of fetch with ${name} goes the ordinary way`, () => {
    assert.equal(storableCall(call(args), args), undefined);
  });
}

for (const text of [
  undefined,
  '',
  'null',
  '5',
  '[]',
  '{}',
  '{"changes":5}',
  '{"changes":[5]}',
  '{"changes":[["u",[{"update":{"op":"rm"}}]],["v",[null]],["w",5],[1,[]]]}',
]) {
  test(`P7: the stored text ${text} breaks nothing`, () => {
    const mutation = new Mutation(1, 'k1');
    mutation.restore(text, 'POST', 'https://a.test/a');
    assert.equal(mutation.url, 'https://a.test/a');
    assert.equal(mutation.changes.size, 0);
    assert.equal(mutation.durable, true);
  });
}

/** @param {any[]} args @returns {any} */
function call(args) {
  const target = read(args);
  return target && decode(target);
}
