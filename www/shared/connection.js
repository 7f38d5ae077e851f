// @ts-check

/**
 * The switch "lose my connection". A browser's own offline mode is in its developer tools, which few visitors open,
 * and it can't be reached from a page. So requests are stopped here: below the cache, which sees them fail as it would
 * without a network, and hears the events that a browser sends then.
 */

/** `fetch` as the browser made it: for the demo's own switches, which no cache and no lost connection should stop. */
export const plainFetch = globalThis.fetch.bind(globalThis);

/** In localStorage, since a connection is lost for all tabs, and is not back after a refresh. */
const ITEM = 'demo:connection-lost';

/** @type {Set<() => void>} */
const listeners = new Set();

let lost = stored();

// A proxy passes for the browser's own function, as does the one that the cache puts over it.
globalThis.fetch = new Proxy(globalThis.fetch, {
  apply(native, self, args) {
    return lost && isData(args[0])
      ? Promise.reject(new TypeError('The connection is lost, says the switch.'))
      : Reflect.apply(native, self, args);
  },
});

const { onLine } = Object.getOwnPropertyDescriptors(Navigator.prototype);
Object.defineProperty(navigator, 'onLine', {
  configurable: true,
  get: () => !lost && onLine?.get?.call(navigator),
});

addEventListener('storage', ({ key }) => {
  if (key === ITEM || key === null) {
    become(stored());
  }
});
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) {
    // In the back-forward cache it heard nothing.
    become(stored());
  }
});
for (const name of ['online', 'offline']) {
  addEventListener(name, tell);
}

/** Whether requests fail, by the switch or in truth. */
export function isOffline() {
  return !navigator.onLine;
}

/** Whether the switch has taken the connection away. */
export function isLost() {
  return lost;
}

/**
 * Takes the connection away, or gives it back, in every tab.
 *
 * @param {boolean} away
 */
export function lose(away) {
  try {
    if (away) {
      localStorage.setItem(ITEM, 'yes');
    } else {
      localStorage.removeItem(ITEM);
    }
  } catch {
    // Then it is this page's alone.
  }
  become(away);
}

/**
 * Calls `listener` whenever the connection goes or comes.
 *
 * @param {() => void} listener
 */
export function onConnection(listener) {
  listeners.add(listener);
}

/** @param {boolean} next */
function become(next) {
  if (next !== lost) {
    lost = next;
    dispatchEvent(new Event(lost ? 'offline' : 'online'));
  }
}

function tell() {
  for (const listener of listeners) {
    listener();
  }
}

function stored() {
  try {
    return localStorage.getItem(ITEM) !== null;
  } catch {
    return false;
  }
}

/**
 * Whether a request is one for data. Scripts and styles still come: a page that works offline has them from its
 * service worker.
 *
 * @param {unknown} input
 */
function isData(input) {
  const url = input instanceof Request ? input.url : String(input);
  return URL.canParse(url, location.href) && /\/api\//.test(new URL(url, location.href).pathname);
}
