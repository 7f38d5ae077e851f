// What the tests' own page has at hand.

/**
 * Runs in the page, and uses nothing from outside itself. Leaves there `demo`, as demo pages do, and `lab`.
 *
 * @param {any} everfresh the package
 * @param {object} options of the cache
 */
export function tools(everfresh, options) {
  const asked = new URLSearchParams(location.search);
  const user = asked.get('user');
  const lab = {
    everfresh,
    /** What was shown of each key. */
    views: {},
    /** The subscriptions, by key. */
    watches: {},
    /** How what was sent has ended, by name; and in which order. */
    outcomes: {},
    ended: [],
    events: [],
    /** What was shown and what was sent since the start, in order. */
    log: [],
    watch(key) {
      lab.views[key] = [];
      const see = ({ data }) => {
        const text = JSON.stringify(data);
        if (text !== undefined && text !== JSON.stringify(lab.views[key].at(-1))) {
          lab.views[key].push(JSON.parse(text));
          lab.log.push(`shown ${text}`);
        }
      };
      lab.watches[key] = globalThis.demo.cache.subscribe(key, see);
      see(lab.watches[key].state);
    },
    /** Calls `mutate`, and notes how that ends. */
    send(name, options) {
      const end = (outcome) => {
        lab.outcomes[name] = outcome;
        lab.ended.push(name);
      };
      const promise = globalThis.demo.cache.mutate(options);
      promise.then(
        (data) => end({ data }),
        ({ code, name, cause, message }) =>
          end({ code: typeof code === 'string' ? code : name, status: cause?.status, message }),
      );
      return promise;
    },
    /** What the browser says of its network, from now on. */
    online(is) {
      Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => is });
      dispatchEvent(new Event(is ? 'online' : 'offline'));
    },
  };
  const native = globalThis.fetch;
  globalThis.fetch = function fetch(input, init) {
    const method = init?.method ?? input?.method ?? 'GET';
    if (method !== 'GET') {
      lab.log.push(`sent ${new URL(input?.url ?? input, location.href).pathname}`);
    }
    return native.call(globalThis, input, init);
  };
  const start = async () => {
    const rules = ['/lab/data/*', '/community/api/*', '/studio/api/*'].map((match) => ({
      match,
      staleTime: 30_000,
      persist: true,
    }));
    const cache = await everfresh.install({
      rules,
      scope: user ? { id: user } : null,
      settleMs: 500,
      ...options,
    });
    globalThis.demo.cache = cache;
    cache.events((event) => lab.events.push(event));
    for (const key of asked.getAll('watch')) {
      lab.watch(key);
    }
  };
  Object.assign(globalThis, { lab, demo: { cache: null, ready: undefined } });
  globalThis.demo.ready = start();
}
