// Temporary ids, and what becomes of them once the real ones are known.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isTempId,
  resolved,
  resolvedText,
  resolvedUrl,
  tempId,
  tempIdsIn,
} from '../../src/host/temp-ids.js';

const [A, B] = [tempId(), tempId()];

/** @param {[string, string | number][]} pairs */
const ids = (...pairs) => new Map(pairs);

test('a temporary id is one, and nothing else is', () => {
  assert.notEqual(A, B);
  assert.ok(isTempId(A));
  assert.equal(encodeURIComponent(A), A);
  for (const other of [`${A} `, A + B, A.slice(1), 'tmp1', '', 5, undefined]) {
    assert.equal(isTempId(other), false, `${other}`);
  }
});

for (const [name, data, real, expected] of /** @type {[string, any, string | number, any][]} */ ([
  ['a text that is one has the type of the real one', A, 42, 42],
  ['also where that is a text', A, 'x-1', 'x-1'],
  ['in a longer text it is text', `see ${A}, ${A}`, 42, 'see 42, 42'],
  ['in a list', [A, 1, [A]], 42, [42, 1, [42]]],
  ['in an object', { id: A, of: { id: A } }, 42, { id: 42, of: { id: 42 } }],
  ['as the name of a member', { byId: { [A]: { id: A } } }, 42, { byId: { 42: { id: 42 } } }],
  ['another one stays', [A, B, A + B], 42, [42, B, `42${B}`]],
  ['zero is a real id', A, 0, 0],
  ['so is the empty text', `a${A}`, '', 'a'],
])) {
  test(`P5: ${name}`, () => assert.deepEqual(resolved(data, ids([A, real])), expected));
}

test('P5: what has none in it keeps its reference', () => {
  const date = new Date(0);
  const data = { same: { list: [1, B] }, other: A, date };
  const next = resolved(data, ids([A, 1]));
  assert.equal(next.same, data.same);
  assert.equal(next.date, date);
  assert.equal(resolved(data.same, ids([A, 1])), data.same);
  assert.equal(resolved(data, ids()), data);
});

test('P5: in a URL it is escaped, as ids in URLs are', () => {
  assert.equal(
    resolvedUrl(`https://a.test/p/${A}/r?x=${A}`, ids([A, 'a/b'])),
    'https://a.test/p/a%2Fb/r?x=a%2Fb',
  );
});

test('P5: in a text that is JSON it has its type, in any other it is text', () => {
  assert.equal(
    resolvedText(`{"id":"${A}","text":"of ${A}"}`, ids([A, 7])),
    '{"id":7,"text":"of 7"}',
  );
  assert.equal(resolvedText(`id=${A}`, ids([A, 7])), 'id=7');
  const untouched = '{ "id": 12345678901234567890 }';
  assert.equal(resolvedText(untouched, ids([A, 7])), untouched);
});

test('P5: those in data are found', () => {
  assert.deepEqual([...tempIdsIn([`/p/${A}`, { [B]: [A] }, 'x'])].sort(), [A, B].sort());
  assert.equal(tempIdsIn({ a: 'tmp', b: 1, c: null }).size, 0);
});
