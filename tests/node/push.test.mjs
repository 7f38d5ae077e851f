// Listening to a server: from where on, for whom, until when, and again.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { Push } from '../../src/host/push.js';
import { PUSHED } from '../../src/host/wire.js';

const ORIGIN = 'https://a.test';
const URL_ = `${ORIGIN}/_everfresh/events`;
const STALE = [ORIGIN, '*;mode=stale'];
const ALL = [ORIGIN, '*'];

/** Connections, in order. @type {Source[]} */
let sources;
/** What the client was told. @type {string[][]} */
let told;
/** @type {Map<string, string>} */
let storage;
/** @type {Push} */
let push;
/** @type {any} */
let parts;
/** Listeners of the page. */
let page = new EventTarget();

class Source extends EventTarget {
  isClosed = false;
  onerror = () => {};
  /** @param {URL} url @param {any} options */
  constructor(url, options) {
    super();
    this.url = url.href;
    this.options = options;
    sources.push(this);
  }
  close() {
    this.isClosed = true;
  }
  /** @param {string} name @param {object | string} data */
  say(name, data, lastEventId = '') {
    const text = typeof data === 'string' ? data : JSON.stringify({ at: Date.now(), ...data });
    this.dispatchEvent(Object.assign(new Event(name), { data: text, lastEventId }));
  }
  /** @param {string} id */
  ready(id, complete = true) {
    this.say('ready', { beat: 1000, complete }, id);
  }
  /** @param {string} targets @param {string} id */
  invalidate(targets, id) {
    this.say('invalidate', { complete: true, targets }, id);
  }
}

beforeEach(() => {
  sources = [];
  told = [];
  storage = new Map();
  page = new EventTarget();
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const locks = {
    request: async (/** @type {any} */ _, /** @type {any} */ __, /** @type {any} */ work) => work(),
  };
  const globals = {
    EventSource: Source,
    document: page,
    location: { href: `${ORIGIN}/page` },
    navigator: { locks, onLine: true },
    localStorage: {
      getItem: (/** @type {string} */ name) => storage.get(name) ?? null,
      setItem: (/** @type {string} */ name, /** @type {string} */ text) => storage.set(name, text),
    },
    BroadcastChannel: undefined,
    addEventListener: page.addEventListener.bind(page),
  };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  parts = {
    gate: {
      isOpen: true,
      tell: (/** @type {number} */ kind, /** @type {any[]} */ ...rest) => {
        assert.equal(kind, PUSHED);
        told.push(rest[3]);
      },
      atEnd() {},
    },
    tabs: { document: 'document' },
    writes: {},
  };
  push = new Push(parts);
});
afterEach(() => mock.timers.reset());

/** Starts, as one user; gives the connection. */
function start(scope = 'ada') {
  push.start('/_everfresh/events', false, scope);
  return /** @type {Source} */ (sources.at(-1));
}

test('P3: who has no place to go on from takes what is there for stale, and goes on from there', () => {
  const source = start();
  assert.equal(source.url, URL_);
  source.ready('e-4');
  source.invalidate('story:42', 'e-5');
  assert.deepEqual(told, [STALE, [ORIGIN, 'story:42']]);
  assert.equal(storage.get('everfresh:cursor'), `${URL_}\nada\ne-5`);
  push = new Push(parts);
  const next = start();
  assert.equal(next.url, `${URL_}?cursor=e-5`);
  next.ready('e-5');
  assert.deepEqual(told.length, 2);
});

test('P3: where something can not be told, nothing of before counts', () => {
  storage.set('everfresh:cursor', `${URL_}\nada\ne-5`);
  const source = start();
  source.ready('f-9', false);
  source.say('invalidate', { complete: false }, 'f-20');
  assert.deepEqual(told, [ALL, ALL]);
  assert.equal(storage.get('everfresh:cursor')?.endsWith('\nf-20'), true);
});

test('P8: a place is that of one user at one server', () => {
  storage.set('everfresh:cursor', `${URL_}\nbob\ne-5`);
  assert.equal(start().url, URL_);
  storage.set('everfresh:cursor', `${ORIGIN}/elsewhere\nada\ne-5`);
  push = new Push(parts);
  assert.equal(start().url, URL_);
});

test('P8: when somebody else is signed in, they are told their own things', () => {
  const first = start();
  first.ready('e-4');
  push.rescope('ada');
  assert.equal(sources.length, 1);
  push.rescope('bob');
  assert.equal(first.isClosed, true);
  assert.equal(sources[1].url, URL_);
  sources[1].ready('e-6');
  assert.deepEqual(told, [STALE, STALE]);
});

test('P3: an echo of a write is none without a header that was read, nor from another origin', () => {
  const source = start();
  source.ready('e-0');
  const answer = (/** @type {string} */ id, /** @type {string} */ origin, named = true) => ({
    url: `${origin}/api`,
    headers: new Headers(
      named ? { 'x-cache-cursor': id, 'x-cache-invalidate': 'a' } : { 'x-cache-cursor': id },
    ),
  });
  parts.writes.seen(1);
  source.invalidate('a', 'e-1');
  assert.equal(told.length, 1, 'its answer is on its way');
  parts.writes.seen(1, answer('e-1', ORIGIN));
  parts.writes.seen(2);
  parts.writes.seen(2, answer('e-2', 'https://b.test'));
  parts.writes.seen(3);
  parts.writes.seen(3, answer('e-3', ORIGIN, false));
  parts.writes.seen(4);
  parts.writes.seen(4, null);
  for (const id of ['e-2', 'e-3', 'e-4']) {
    source.invalidate(id, id);
  }
  assert.deepEqual(told.slice(1), [
    [ORIGIN, 'e-2'],
    [ORIGIN, 'e-3'],
    [ORIGIN, 'e-4'],
  ]);
  assert.deepEqual([push.state?.events, push.state?.echoes], [5, 1]);
});

test('P7: a lost connection is tried again from where it was, later each time', () => {
  const source = start();
  source.ready('e-1');
  source.onerror();
  assert.deepEqual([source.isClosed, push.state?.status], [true, 'waiting']);
  for (let failures = 1; failures <= 3; failures += 1) {
    mock.timers.tick(500 * 2 ** (failures - 1) - 1);
    assert.equal(sources.length, failures, 'not yet');
    mock.timers.tick(500 * 2 ** (failures - 1) + 1);
    assert.equal(sources.length, failures + 1);
    sources[failures].onerror();
  }
  assert.equal(sources[1].url, `${URL_}?cursor=e-1`);
});

test('P7: a connection on which nothing is heard, or no sense, is given up', () => {
  const source = start();
  source.ready('e-1');
  mock.timers.tick(2500);
  source.say('beat', {});
  mock.timers.tick(2999);
  assert.equal(source.isClosed, false);
  mock.timers.tick(1);
  assert.equal(source.isClosed, true);
  mock.timers.tick(1000);
  sources[1].say('ready', '<html>');
  assert.equal(sources[1].isClosed, true);
  assert.deepEqual(told, [STALE]);
});

test('P7: nothing is held offline, nor while the page may come back', () => {
  const source = start();
  source.ready('e-1');
  page.dispatchEvent(new Event('offline'));
  assert.deepEqual([source.isClosed, push.state?.status], [true, 'offline']);
  page.dispatchEvent(new Event('online'));
  assert.equal(sources.length, 2);
  page.dispatchEvent(new Event('pagehide'));
  assert.equal(sources[1].isClosed, true);
  page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  assert.equal(sources.length, 3);
  assert.equal(sources[2].url, `${URL_}?cursor=e-1`);
});

test('how much later than the quickest something came is its lag', () => {
  const source = start();
  source.ready('e-1');
  source.say('beat', { at: Date.now() - 40 });
  assert.equal(push.state?.lag, 40);
  source.say('beat', { at: Date.now() + 100 });
  assert.equal(push.state?.lag, 0);
});
