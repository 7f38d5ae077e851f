// Other documents of an origin, where the browser has no locks to tell whether they are there.
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Tabs } from '../../src/host/tabs.js';

Object.assign(globalThis, { navigator: {} });

test('P10: without locks a document is taken for gone after a while, and not by one that has ended', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    /** @type {string[]} */
    const gone = [];
    const tabs = new Tabs(
      () => {},
      () => {},
      (document) => gone.push(document),
    );
    tabs.open();
    tabs.watch('a');
    assert.deepEqual(gone, []);
    mock.timers.tick(9_999);
    assert.deepEqual(gone, []);
    mock.timers.tick(1);
    assert.deepEqual(gone, ['a']);
    tabs.watch('b');
    tabs.close();
    mock.timers.tick(60_000);
    assert.deepEqual(gone, ['a']);
    // What is watched still is when it comes back.
    tabs.open();
    mock.timers.tick(10_000);
    assert.deepEqual(gone, ['a', 'b']);
    tabs.close();
  } finally {
    mock.timers.reset();
  }
});
