// @ts-check
/** What tells the wrapped function from the native one, tried on the browser's own `fetch`. */
import { Page } from './page.js';

/** @param {string} names @returns {Promise<string>} */
export async function betrayals(names) {
  const native = globalThis.fetch;
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
  const page = new Page(names);
  globalThis.fetch = native;
  page.install();
  const ours = globalThis.fetch;
  /** @type {string[]} */
  const found = [];
  /** @param {string} what @param {unknown} expected @param {unknown} actual */
  const same = (what, expected, actual) => {
    if (!Object.is(expected, actual)) {
      found.push(`${what}: ${String(expected)} natively, ${String(actual)} here`);
    }
  };
  const now = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
  for (const key of /** @type {const} */ (['writable', 'enumerable', 'configurable'])) {
    same(key, descriptor?.[key], now?.[key]);
  }
  same('length', native.length, ours.length);
  same('name', native.name, ours.name);
  same('own keys', Reflect.ownKeys(native).join(), Reflect.ownKeys(ours).join());
  // The name in it is the one thing that a proxy loses.
  same('toString', true, /^function\b.*\{\s*\[native code\]\s*\}$/s.test(`${ours}`));
  same('prototype', Object.getPrototypeOf(native), Object.getPrototypeOf(ours));
  for (const [what, call] of Object.entries(BAD)) {
    same(what, await outcome(() => call(native)), await outcome(() => call(ours)));
  }
  page.uninstall();
  same('restored', native, globalThis.fetch);
  return found.join('\n');
}

/** @type {Record<string, (fetch: any) => unknown>} */
const BAD = {
  construct: (fetch) => new fetch('/'),
  'no arguments': (fetch) => fetch(),
  'bad URL': (fetch) => fetch('http://['),
  'URL with a password': (fetch) => fetch('http://a:b@localhost/'),
  symbol: (fetch) => fetch(Symbol('x')),
  'bad init': (fetch) => fetch('/', 5),
  'bad method': (fetch) => fetch('/', { method: 'G T' }),
  'bad mode': (fetch) => fetch('/', { mode: 'bogus' }),
  'bad header': (fetch) => fetch('/', { headers: { 'a b': '1' } }),
  'bad signal': (fetch) => fetch('/', { signal: {} }),
  'GET with a body': (fetch) => fetch('/', { body: 'x' }),
  'write with a bad header': (fetch) => fetch('/', { method: 'PUT', headers: [['a']] }),
  'throwing getter': (fetch) =>
    fetch('/', {
      get method() {
        throw new RangeError('getter');
      },
    }),
  'other this': (fetch) => fetch.call({}, '/'),
  'this undefined': (fetch) => fetch.call(undefined, '/'),
  'aborted before': (fetch) => fetch('/', { signal: AbortSignal.abort('why') }),
  'data URL': (fetch) => fetch('data:text/plain,x'),
  'headers from a generator': (fetch) =>
    fetch('/', {
      headers: (function* () {
        yield ['x-a', '1'];
      })(),
    }),
};

/** Whether it throws or rejects, and with what; or what kind of thing it gives. @param {() => any} work */
async function outcome(work) {
  let given;
  try {
    given = work();
  } catch (/** @type {any} */ error) {
    return `throws ${error?.constructor?.name}`;
  }
  try {
    const value = await given;
    return `${given.constructor.name} of ${value.constructor.name} ${value.status}`;
  } catch (/** @type {any} */ error) {
    return `rejects with ${error?.constructor?.name} ${error?.message ?? error}`;
  }
}

/** Somebody else's patch over what stands there. */
export function patch() {
  const ours = globalThis.fetch;
  globalThis.fetch = (input, init) => ours(input, init);
  return ours;
}

/** @param {typeof fetch} native */
export function unpatch(native) {
  globalThis.fetch = native;
}
