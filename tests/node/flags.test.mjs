// Feature flags: what is said of them, by whom, and how long that is waited for.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, mock, test } from 'node:test';

const built = new URL('../../pkg-template/dist/everfresh.flags.js', import.meta.url);
/** @type {{ Follower: new (options: object, native: Function) => any }} */
const { Follower } = await import(`${built}`);

/** Those of servers' flags, too. @type {{ flag: string, client: string, bucket: number }[]} */
const VECTORS = JSON.parse(
  readFileSync(new URL('../fixtures/flag-buckets.json', import.meta.url), 'utf8'),
);
const URL_ = 'https://a.test/_everfresh/flags';
const ITEM = 'everfresh:flags';

/** @type {Map<string, string>} */
let storage;
let isBlocked = false;
/** @type {EventTarget} */
let window;
/** What the server was asked, and how each is answered. @type {{ url: string, init: RequestInit, answer: (given: unknown, status?: number) => void, fail: () => void }[]} */
let asked;
/** What was turned, in order. @type {any[]} */
let turned;

beforeEach(() => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  mock.method(Math, 'random', () => 0);
  storage = new Map();
  isBlocked = false;
  asked = [];
  turned = [];
  window = new EventTarget();
  const guarded = (/** @type {Function} */ work) => {
    if (isBlocked) throw new Error('SecurityError');
    return work();
  };
  const globals = {
    location: { href: 'https://a.test/page' },
    document: new EventTarget(),
    addEventListener: window.addEventListener.bind(window),
    localStorage: {
      getItem: (/** @type {string} */ name) => guarded(() => storage.get(name) ?? null),
      setItem: (/** @type {string} */ name, /** @type {string} */ text) =>
        guarded(() => storage.set(name, text)),
    },
  };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
});
afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

/** @param {[string, RequestInit]} args */
function native([url, init]) {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new TypeError('Failed to fetch'));
    init.signal?.addEventListener('abort', fail);
    const answer = (/** @type {unknown} */ given, status = 200) =>
      resolve(new Response(typeof given === 'string' ? given : JSON.stringify(given), { status }));
    asked.push({ url, init, answer, fail });
  });
}

/** @param {object} options */
async function followed(options) {
  const follower = new Follower(options, native);
  const ready = follower.ready();
  await settle();
  return { follower, ready };
}

/** Lets what is waited for come. */
async function settle() {
  for (let turn = 0; turn < 20; turn += 1) {
    await Promise.resolve();
  }
  await new Promise((resolve) => setImmediate(resolve));
}

/** @param {any} follower */
function start(follower) {
  follower.start((/** @type {object} */ flags) => turned.push(flags));
  return turned.at(-1);
}

/** @param {object} flags */
const said = (flags) => ({ version: 1, flags });

test('a percentage divides clients as the server does', () => {
  const names = Object.keys(start(new Follower({}, native)));
  for (const { flag, client, bucket } of VECTORS.filter(({ flag }) => names.includes(flag))) {
    const isOn = (/** @type {number} */ percentage) =>
      start(new Follower({ [flag]: percentage, client }, native))[flag];
    assert.equal(isOn((bucket + 0.5) / 100), true, `${flag} ${client}`);
    assert.equal(isOn(Math.max(0, bucket - 0.5) / 100), false, `${flag} ${client}`);
  }
  assert.ok(turned.length > 20);
});

test('a browser stays on its side, and one flag does not tell of another', () => {
  const sides = Array.from({ length: 400 }, (_, client) => {
    const { enabled, prefetch } = start(
      new Follower({ enabled: 50, prefetch: 50, client: `${client}` }, native),
    );
    return `${enabled} ${prefetch}`;
  });
  for (const side of ['true true', 'true false', 'false true', 'false false']) {
    const share = sides.filter((one) => one === side).length / sides.length;
    assert.ok(share > 0.18 && share < 0.32, `${side}: ${share}`);
  }
  const first = start(new Follower({ enabled: 50, prefetch: 50, push: 50 }, native));
  assert.match(storage.get('everfresh:client') ?? '', /^\w{10,}$/);
  assert.deepEqual(start(new Follower({ enabled: 50, prefetch: 50, push: 50 }, native)), first);
});

test('P7: what is left out is on, and what the server says counts', async () => {
  const { follower, ready } = await followed({ url: true, prefetch: false, push: false });
  const [{ url, init, answer }] = asked;
  assert.equal(url, URL_);
  assert.equal(init.cache, 'no-cache');
  answer(said({ push: true, metrics: false, unknown: true, persist: 'yes', overlay: 101 }));
  await ready;
  const flags = start(follower);
  assert.deepEqual(
    ['push', 'persist', 'overlay'].map((name) => follower.says(name)),
    [true, false, false],
  );
  assert.deepEqual(
    Object.keys(flags).filter((name) => !flags[name]),
    ['prefetch', 'metrics'],
  );
});

test('P7: a server that does not answer is waited for a second, once', async () => {
  const { follower, ready } = await followed({ url: '/flags', prefetch: false });
  assert.equal(asked[0].url, 'https://a.test/flags');
  mock.timers.tick(999);
  assert.equal(asked[0].init.signal?.aborted, false);
  mock.timers.tick(1);
  await ready;
  assert.equal(start(follower).prefetch, false);
  assert.equal(storage.has(ITEM), false);
  mock.timers.tick(58_999);
  await settle();
  assert.equal(asked.length, 1);
  mock.timers.tick(1);
  await settle();
  assert.equal(asked.length, 2);
  asked[1].answer(said({ prefetch: true }));
  await settle();
  assert.equal(turned.at(-1).prefetch, true);
});

for (const [name, given, status] of /** @type {const} */ ([
  ['an error', said({ enabled: false }), 500],
  ['no JSON', '<!doctype html>', 200],
  ['another version', { version: 2, flags: { enabled: false } }, 200],
  ['nothing', 'null', 200],
])) {
  test(`P7: ${name} is no answer, and the last good one counts`, async () => {
    const { follower, ready } = await followed({ url: true });
    asked[0].answer(said({ prefetch: false }));
    await ready;
    start(follower);
    mock.timers.tick(60_000);
    await settle();
    asked[1].answer(given, status);
    await settle();
    assert.equal(turned.at(-1).enabled, true);
    assert.equal(turned.at(-1).prefetch, false);
    // In the next page, too, which waits for nobody.
    const next = await followed({ url: true });
    await next.ready;
    assert.equal(asked.length, 2);
    assert.equal(start(next.follower).prefetch, false);
    // An answer of another server is none of this one.
    const other = await followed({ url: '/flags' });
    assert.equal(asked.length, 3);
    asked[2].fail();
    await other.ready;
    assert.equal(start(other.follower).prefetch, true);
  });
}

test('P7: what is switched is heard of within an interval', async () => {
  const { follower, ready } = await followed({ url: true, interval: 1000 });
  asked[0].answer(said({}));
  await ready;
  assert.equal(start(follower).enabled, true);
  mock.timers.tick(999);
  await settle();
  assert.equal(asked.length, 1);
  mock.timers.tick(1);
  await settle();
  asked[1].answer(said({ enabled: false }));
  await settle();
  assert.equal(turned.at(-1).enabled, false);
  follower.stop();
  mock.timers.tick(10_000);
  await settle();
  assert.equal(asked.length, 2);
});

test('P3: another document asks for all', async () => {
  const { follower, ready } = await followed({ url: true });
  asked[0].answer(said({}));
  await ready;
  start(follower);
  mock.timers.tick(59_000);
  storage.set(ITEM, JSON.stringify({ url: URL_, at: Date.now(), flags: { enabled: false } }));
  window.dispatchEvent(Object.assign(new Event('storage'), { key: ITEM }));
  assert.equal(turned.at(-1).enabled, false);
  mock.timers.tick(59_000);
  await settle();
  assert.equal(asked.length, 1);
  // What comes back out of the back-forward cache was told of nothing.
  storage.set(ITEM, JSON.stringify({ url: URL_, at: Date.now(), flags: {} }));
  window.dispatchEvent(new Event('pageshow'));
  assert.equal(turned.at(-1).enabled, true);
});

test('P7: what storage holds may be anything, or nothing', async () => {
  for (const text of ['{', 'null', '{"url":1}', `{"url":"${URL_}","at":1}`]) {
    storage.set(ITEM, text);
    const { follower, ready } = await followed({ url: true, timeout: 1 });
    mock.timers.tick(1);
    await ready;
    assert.equal(start(follower).enabled, true, text);
    follower.stop();
  }
  isBlocked = true;
  const { follower, ready } = await followed({ url: true, prefetch: 50 });
  asked.at(-1)?.answer(said({ push: false }));
  await ready;
  assert.equal(start(follower).push, false);
  follower.claim({ id: 'ada' });
  assert.equal(turned.at(-1).enabled, true);
});

test('P8: a page stays off once somebody else has signed in while it was', async () => {
  const { follower, ready } = await followed({ url: true });
  asked[0].answer(said({ enabled: false }));
  await ready;
  follower.claim({ id: 'ada' });
  start(follower);
  const other = new Follower({}, native);
  other.claim({ id: 'bob' });
  assert.doesNotMatch([...storage.values()].join(), /ada|bob/);
  storage.set(ITEM, JSON.stringify({ url: URL_, at: Date.now(), flags: {} }));
  window.dispatchEvent(Object.assign(new Event('storage'), { key: ITEM }));
  assert.equal(turned.at(-1).enabled, false);
  follower.claim({ id: 'ada' });
  assert.equal(turned.at(-1).enabled, true);
  // While it is on, the engine sees to that.
  other.claim({ id: 'bob' });
  window.dispatchEvent(new Event('pageshow'));
  assert.equal(turned.at(-1).enabled, true);
});

for (const [options, message] of /** @type {const} */ ([
  [{ speed: true }, 'flags: speed: there is no such flag'],
  [{ push: -1 }, 'flags: push: must be true, false or a percentage from 0 to 100'],
  [{ push: 'on' }, 'flags: push: must be true, false or a percentage from 0 to 100'],
  [{ url: 7 }, 'flags: url: must be a text or true'],
  [{ client: 7 }, 'flags: client: must be a text'],
  [{ interval: 0 }, 'flags: interval: must be a number of milliseconds over 0'],
  [
    { timeout: Number.POSITIVE_INFINITY },
    'flags: timeout: must be a number of milliseconds over 0',
  ],
])) {
  test(`config-invalid: ${message} (${Object.values(options)})`, () => {
    assert.throws(() => new Follower(options, native), { code: 'config-invalid', message });
  });
}
