// What documents leave in localStorage: merged once, by whoever comes, and never while they may still write.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Gate } from '../../src/host/gate.js';
import { PREFIX, Recorder } from '../../src/host/recorder.js';

const built = new URL('../../pkg-template/dist/everfresh.metrics.js', import.meta.url);
/** @type {{ metricsOf: (host: object) => Promise<any> }} */
const { metricsOf } = await import(`${built}`);

/** Those of documents that are there. @type {string[]} */
let held = [];
/** Writes beyond this many items are refused. */
let room = Number.POSITIVE_INFINITY;

class StorageDouble {
  /** @param {string} name */
  getItem(name) {
    return /** @type {any} */ (this)[name] ?? null;
  }

  /** @param {string} name @param {string} text */
  setItem(name, text) {
    if (!(name in this) && Object.keys(this).length >= room) throw new Error('quota');
    /** @type {any} */ (this)[name] = text;
  }

  /** @param {string} name */
  removeItem(name) {
    delete (/** @type {any} */ (this)[name]);
  }
}

const locks = {
  /** @param {string} _name @param {object} _options @param {(lock: object) => unknown} work */
  request: async (_name, _options, work) => work({}),
  query: async () => ({ held: held.map((document) => ({ name: `everfresh:${document}` })) }),
};

beforeEach(() => {
  held = [];
  room = Number.POSITIVE_INFINITY;
  Object.defineProperty(globalThis, 'navigator', { value: { locks }, configurable: true });
  Object.defineProperty(globalThis, 'localStorage', {
    value: new StorageDouble(),
    configurable: true,
  });
});

const minute = () => Math.floor(Date.now() / 60_000);
/** A text that says so many hits. @param {number} hits */
const text = (hits) => `1\nlmemory\nm${minute()}\t0=${hits},512=${hits}`;
/** @param {string} name @param {number} hits */
const leave = (name, hits) => localStorage.setItem(`${PREFIX}${name}`, text(hits));
const names = () => Object.keys(localStorage).sort();

/** A document that has measured nothing in `own`. @param {string} own */
const here = (own = 'me.0') =>
  metricsOf({ recorder: { item: `${PREFIX}${own}`, text: () => text(1) } });
/** @param {any} metrics */
const hits = (metrics) => JSON.parse(metrics.report({})).total.hits;

test('a report is of all documents, and of this one as it is now', async () => {
  leave('gone.0', 10);
  leave('other.2', 100);
  leave('me.0', 5_000);
  localStorage.setItem('somebody-elses', text(7));
  assert.equal(hits(await here()), 111);
});

test('what documents that are gone have left is merged, and counts once', async () => {
  const metrics = await here();
  held = ['there', 'me'];
  leave('gone.0', 10);
  leave('there.0', 100);
  leave('there.1', 1_000);
  leave('me.0', 5_000);
  await metrics.settle();
  assert.deepEqual(
    names(),
    [PREFIX, `${PREFIX}me.0`, `${PREFIX}there.1`],
    'a document that is there may still write to its last item',
  );
  assert.equal(hits(metrics), 1_111);
  // Its removal may show late, or its last write.
  leave('gone.0', 12);
  assert.equal(hits(metrics), 1_111);
  await metrics.settle();
  assert.equal(hits(metrics), 1_111);
  assert.ok(!names().includes(`${PREFIX}gone.0`));
});

test('P7: what can not be read is skipped, and goes', async () => {
  const metrics = await here();
  localStorage.setItem(PREFIX, 'hostile');
  localStorage.setItem(`${PREFIX}gone.0`, '1\nm1\t9999=1');
  leave('gone.1', 10);
  assert.equal(hits(metrics), 11);
  await metrics.settle();
  assert.deepEqual(names(), [PREFIX]);
  assert.equal(hits(metrics), 11);
});

test('P10: where there is no room, metrics go and nothing else', async () => {
  const metrics = await here();
  localStorage.setItem('entry', 'x');
  leave('gone.0', 10);
  room = 2;
  await metrics.settle();
  assert.deepEqual(names(), ['entry']);
  assert.equal(hits(metrics), 1);
});

test('without locks, what wrote nothing for a day is gone', async () => {
  const metrics = await here();
  Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true });
  leave('young.0', 10);
  localStorage.setItem(`${PREFIX}old.0`, `1\nm${minute() - 1_500}\t0=1`);
  await metrics.settle();
  assert.deepEqual(names(), [PREFIX, `${PREFIX}young.0`]);
});

/** A recorder whose client has measured what `texts` hold, one after another. @param {string[]} texts */
function recording(texts) {
  const gate = new Gate(/** @type {any} */ (Error), () => {});
  /** @type {number[]} */ const peeks = [];
  const measured = (/** @type {number} */ count, /** @type {boolean} */ renew) => {
    peeks.push(count);
    return (renew ? texts.shift() : texts[0]) ?? '';
  };
  gate.open(() => /** @type {any} */ ({ start() {}, generation: () => 1, measured }));
  return { recorder: new Recorder(gate, 'me'), peeks };
}

test('an item is written when there is something new, and another one begun when it is complete', () => {
  const { recorder, peeks } = recording([text(1), text(2), '', 'x'.repeat(30_000), text(3)]);
  recorder.peeks = 7;
  recorder.flush();
  assert.deepEqual(peeks, [7]);
  assert.deepEqual(names(), [`${PREFIX}me.0`]);
  localStorage.removeItem(`${PREFIX}me.0`);
  recorder.flush();
  assert.deepEqual(names(), [], 'nothing is new');
  recorder.flush(true);
  recorder.flush(true);
  assert.deepEqual(names(), [`${PREFIX}me.0`, `${PREFIX}me.1`]);
  recorder.flush(true);
  assert.equal(recorder.item, `${PREFIX}me.2`, 'nothing is no item');
});

test('an item that is full is complete, and sent where that is wanted', () => {
  const { recorder } = recording(['x'.repeat(30_000), text(3)]);
  /** @type {any[]} */ const sent = [];
  const sendBeacon = (/** @type {string} */ url, /** @type {string} */ body) =>
    sent.push([url, JSON.parse(body)]);
  Object.defineProperty(globalThis, 'navigator', {
    value: { locks, sendBeacon },
    configurable: true,
  });
  recorder.beacon = '/_everfresh/beacon';
  recorder.flush();
  assert.equal(recorder.item, `${PREFIX}me.1`);
  assert.deepEqual(sent, [
    ['/_everfresh/beacon', { version: 1, item: `${PREFIX}me.0`, text: 'x'.repeat(30_000) }],
  ]);
});

test('P7: a storage that is full, or blocked, is no matter', () => {
  const { recorder } = recording([text(1), text(2)]);
  room = 0;
  recorder.flush(true);
  Object.defineProperty(globalThis, 'localStorage', {
    get: () => {
      throw new Error('blocked');
    },
    configurable: true,
  });
  recorder.flush(true);
  assert.equal(recorder.item, `${PREFIX}me.2`);
});

test('many items are told of', () => {
  const { recorder } = recording([text(1)]);
  let told = 0;
  recorder.crowded = () => {
    told += 1;
  };
  for (let at = 0; at < 12; at += 1) leave(`gone${at}.0`, 1);
  recorder.flush(true);
  assert.equal(told, 1);
});
