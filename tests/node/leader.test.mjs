// Which document sends what is durable: when it takes the lock, and when it lets go.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { Leader } from '../../src/host/leader.js';
import { SETTLE } from '../../src/host/lease.js';

/** How often the lock was asked for, and whether it is held: it is given as soon as it is asked for. */
const lock = { asked: 0, isHeld: false };
const locks = {
  async request(/** @type {string} */ _name, /** @type {any} */ _options, /** @type {any} */ work) {
    lock.asked += 1;
    lock.isHeld = true;
    await work();
    lock.isHeld = false;
  },
};

/** @type {boolean[]} */ let told;
/** @type {Leader} */ let leader;

beforeEach(() => {
  Object.defineProperty(globalThis, 'navigator', { value: { locks }, configurable: true });
  Object.assign(lock, { asked: 0, isHeld: false });
  mock.timers.enable({ apis: ['setTimeout'] });
  told = [];
  leader = new Leader('document', 'lock', (leads) => told.push(leads));
  leader.want(true);
});
afterEach(() => mock.timers.reset());

/** Lets what is due be done. @param {number} time milliseconds */
async function pass(time) {
  mock.timers.tick(time);
  await new Promise(setImmediate);
}

test('P6: who has nothing more to send lets go once storage has had its time', async () => {
  assert.deepEqual([leader.leads, told], [true, [true]]);
  leader.want(false);
  await pass(SETTLE - 1);
  assert.equal(lock.isHeld, true, 'who leads next may not see yet what was done');
  await pass(1);
  assert.deepEqual([lock.isHeld, leader.leads, told], [false, false, [true, false]]);
});

test('P6: who has something to send again by then goes on, and is told so', async () => {
  leader.want(false);
  await pass(SETTLE - 1);
  leader.want(true);
  assert.deepEqual([lock.asked, told], [1, [true, true]]);
  await pass(SETTLE);
  assert.equal(lock.isHeld, true);
});

test('P6: a page that is left holds nothing', async () => {
  leader.want(false);
  leader.close();
  await pass(0);
  assert.deepEqual([lock.isHeld, leader.leads], [false, false]);
});
