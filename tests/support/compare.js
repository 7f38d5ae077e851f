// @ts-check
/** A response out of the cache against the one that it was made from. */
import { CachedResponse, keep, pack, unpack } from '../../src/host/response.js';

const STATUS = 'everfresh; hit; ttl=9; detail=memory';

/** @param {Response} native @returns {Promise<Response>} */
export async function cached(native) {
  return new CachedResponse(await keep(native, native.clone()), 7, STATUS);
}

/** As {@link cached}, by way of storage. @param {Response} native @returns {Promise<Response>} */
export async function stored(native) {
  const body = unpack(pack(await keep(native, native.clone())));
  if (!body) {
    throw new Error('what was packed is not unpacked');
  }
  return new CachedResponse(body, 7, STATUS);
}

/** @param {string} text */
export function unpacks(text) {
  return unpack(text) !== undefined;
}

/** @param {string} body @returns {Promise<string>} */
export async function packed(body) {
  const response = new Response(body);
  return pack(await keep(response, response));
}

/** Every way in which two responses differ that should not. @param {Response} native @param {Response} ours @returns {Promise<string>} */
export async function differences(native, ours) {
  /** @type {string[]} */
  const found = [];
  /** @param {string} what @param {unknown} expected @param {unknown} actual */
  const same = (what, expected, actual) => {
    if (!Object.is(expected, actual)) {
      found.push(`${what}: ${String(expected)} natively, ${String(actual)} here`);
    }
  };
  /** @type {(keyof Response & string)[]} */
  const plain = ['url', 'type', 'redirected', 'status', 'statusText', 'ok', 'bodyUsed'];
  for (const name of plain) {
    same(name, native[name], ours[name]);
    same(`clone().${name}`, native.clone()[name], ours.clone()[name]);
  }
  same('tag', Object.prototype.toString.call(native), Object.prototype.toString.call(ours));
  same('constructor', native.constructor, ours.constructor);
  same('instanceof', true, ours instanceof Response);
  same('headers instanceof', true, ours.headers instanceof Headers);
  same(
    'headers tag',
    Object.prototype.toString.call(native.headers),
    Object.prototype.toString.call(ours.headers),
  );
  const { headers: first } = ours;
  same('headers identity', first, ours.headers);
  same('own keys', Object.keys(native).join(), Object.keys(ours).join());
  same('headers', headers(native), headers(ours));
  same('cache-status', STATUS, ours.headers.get('cache-status'));
  same('age', '7', ours.headers.get('age'));
  for (const change of ['append', 'set', 'delete']) {
    same(`headers.${change}`, thrown(native.headers, change), thrown(ours.headers, change));
  }
  for (const way of /** @type {const} */ ([
    'text',
    'json',
    'arrayBuffer',
    'blob',
    'formData',
    'bytes',
  ])) {
    same(`${way} exists`, typeof native[way], typeof ours[way]);
    if (typeof native[way] === 'function') {
      same(way, await twice(native.clone(), way), await twice(ours.clone(), way));
    }
  }
  for (const way of /** @type {const} */ (['text', 'json'])) {
    same(
      `body after ${way}`,
      await bodyAfter(native.clone(), way),
      await bodyAfter(ours.clone(), way),
    );
  }
  same('stream', await streamed(native.clone()), await streamed(ours.clone()));
  same('locked stream', await locked(native.clone()), await locked(ours.clone()));
  same(
    'clone after text',
    await cloneAfterText(native.clone()),
    await cloneAfterText(ours.clone()),
  );
  return found.join('\n');
}

/** @param {Response} response */
function headers(response) {
  const list = [...response.headers].filter(([name]) => name !== 'age' && name !== 'cache-status');
  return JSON.stringify(list);
}

/** @param {Headers} list @param {string} change */
function thrown(list, change) {
  try {
    /** @type {any} */ (list)[change]('x-test', '1');
    return 'nothing';
  } catch (/** @type {any} */ error) {
    return error.constructor.name;
  }
}

/** What two reads give, and the state between and after. @param {any} response @param {string} way */
async function twice(response, way) {
  const first = response[way]();
  const between = `${response.bodyUsed}`;
  const one = await settled(first);
  const two = await settled(response[way]());
  return `${one} | ${between} | ${two} | ${response.bodyUsed}`;
}

/** @param {Promise<any>} promise */
async function settled(promise) {
  try {
    const value = await promise;
    if (value instanceof Blob) {
      return `${value.type} ${await value.text()}`;
    }
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      return [...new Uint8Array(/** @type {any} */ (value))].join();
    }
    return typeof value === 'string' ? value : JSON.stringify(value);
  } catch (/** @type {any} */ error) {
    return error.constructor.name;
  }
}

/** @param {any} response @param {string} way */
async function bodyAfter(response, way) {
  await settled(response[way]());
  return `${response.body?.locked} ${await settled(response.arrayBuffer())}`;
}

/** @param {Response} response */
async function streamed(response) {
  if (!response.body) {
    return 'no body';
  }
  const reader = response.body.getReader();
  /** @type {number[]} */
  const bytes = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return `${bytes.join()} ${response.bodyUsed} ${await settled(response.text())}`;
    }
    bytes.push(...value);
  }
}

/** @param {Response} response */
async function locked(response) {
  response.body?.getReader();
  return `${response.bodyUsed} ${response.body?.locked} ${await settled(response.json())} ${thrownBy(() => response.clone())}`;
}

/** @param {Response} response */
async function cloneAfterText(response) {
  await response.text();
  return thrownBy(() => response.clone());
}

/** @param {() => unknown} work */
function thrownBy(work) {
  try {
    work();
    return 'nothing';
  } catch (/** @type {any} */ error) {
    return error.constructor.name;
  }
}
