// What is done with what a server pushes: in which order, when, and what is the echo of a write of our own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Feed, pause } from '../../src/host/feed.js';

/** @param {string} id @param {number} at */
const event = (id, at, targets = id, isUrgent = false) => ({ id, targets, isUrgent, at });

/**
 * What is to be done by then: targets, `echo` of what is ours.
 *
 * @param {Feed} feed
 * @param {number} now
 */
function all(feed, now) {
  const done = [];
  for (;;) {
    const next = feed.next(now);
    if (next === undefined || typeof next === 'number') {
      return [...done, ...(next === undefined ? [] : [next])];
    }
    done.push(next.isOwn ? 'echo' : next.event.targets);
  }
}

test('P3: what is pushed is done in order, at once where nothing of ours is under way', () => {
  const feed = new Feed();
  feed.take(event('e-1', 10));
  feed.take(event('e-2', 10));
  assert.deepEqual(all(feed, 10), ['e-1', 'e-2']);
  assert.deepEqual(all(feed, 10), []);
});

test('P3: only the event that the server has named as that of a write of ours is its echo', () => {
  const feed = new Feed();
  feed.begun('a', 0);
  feed.ended('a', 'e-2');
  for (const id of ['e-1', 'e-2', 'e-3']) {
    feed.take(event(id, 10, 'story:42'));
  }
  assert.deepEqual(all(feed, 10), ['story:42', 'echo', 'story:42']);
});

test('P3: an event waits for a write of ours that may be its cause, and those behind it with it', () => {
  const feed = new Feed();
  feed.begun('a', 5);
  feed.begun('b', 6);
  feed.take(event('e-1', 10));
  feed.take(event('e-2', 11));
  assert.deepEqual(all(feed, 12), [1998]);
  feed.ended('b');
  assert.deepEqual(all(feed, 12), [1998]);
  feed.ended('a', 'e-1');
  assert.deepEqual(all(feed, 12), ['echo', 'e-2']);
});

test('P3: it does not wait for a write that began later, nor for ever, nor for one that was lost', () => {
  const feed = new Feed();
  feed.take(event('e-1', 10));
  feed.begun('a', 11);
  assert.deepEqual(all(feed, 11), ['e-1']);
  feed.take(event('e-2', 20));
  assert.deepEqual(all(feed, 2019), [1]);
  assert.deepEqual(all(feed, 2020), ['e-2']);
  feed.take(event('e-3', 30_012));
  assert.deepEqual(all(feed, 30_012), ['e-3']);
});

test('P3: where something can not be told, nothing is waited for, and it is no echo', () => {
  const feed = new Feed();
  feed.begun('a', 0);
  feed.begun('b', 0);
  feed.ended('b', 'e-7');
  feed.take(event('e-7', 10, '*', true));
  assert.deepEqual(all(feed, 10), ['*']);
});

test('P10: it is remembered of the last writes alone which events are theirs', () => {
  const feed = new Feed();
  for (let number = 0; number <= 200; number += 1) {
    feed.ended(`${number}`, `e-${number}`);
  }
  feed.take(event('e-0', 10));
  feed.take(event('e-1', 10));
  assert.deepEqual(all(feed, 10), ['e-0', 'echo']);
});

test('what waits is forgotten with its connection: it will be told again', () => {
  const feed = new Feed();
  feed.begun('a', 0);
  feed.take(event('e-1', 10));
  feed.forget();
  assert.deepEqual(all(feed, 10), []);
});

test('a connection is tried again later and later, and not by all at once', () => {
  assert.deepEqual(
    [0, 1, 2, 10].map((failures) => pause(failures, 1)),
    [1000, 2000, 4000, 60_000],
  );
  assert.deepEqual([pause(0, 0), pause(3, 0.5), pause(1000, 0)], [500, 6000, 30_000]);
});
