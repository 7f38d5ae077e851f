// What the open overlay costs the page: for how long the page can do nothing else, while much happens.

/** Panels that are looked at, one after the other. */
const PANELS = ['entries', 'log', 'overview'];

export default [
  {
    id: 'devtools',
    title: 'the overlay is open, 1,000 events a second: how late a timer is at most',
    limit: 50_000_000,
    engines: ['chromium'],
    sizes: [10_000],
    async measure(site, size, { visits }) {
      const samples = [];
      for (let visit = 0; visit < visits; visit += 1) {
        const page = await (await site.origin()).load();
        samples.push(await page.run(look, size, PANELS));
      }
      return { samples: { everfresh: samples }, absent: {} };
    },
  },
];

/** Runs in the page, and uses nothing from outside itself. Nanoseconds. */
async function look(size, panels) {
  const { createCache } = await import(String('/pkg/index.js'));
  const cache = await createCache({ maxEntries: 2 * size, persist: false, devtools: true });
  const put = (id) => cache.setQueryData(`/items/${id}`, { id }, { staleTime: 60_000 });
  for (let id = 0; id < size; id += 1) put(id);
  const interval = 10;
  let latest = 0;
  for (const panel of panels) {
    await cache.devtools.open(panel);
    const frame = document.querySelector('everfresh-devtools').shadowRoot;
    if (!frame.querySelector(`[data-testid=panel-${panel}]`)) {
      throw new Error(`${panel} is not shown`);
    }
    let last = performance.now();
    await new Promise((resolve) => {
      let left = 300;
      const timer = setInterval(() => {
        const now = performance.now();
        latest = Math.max(latest, now - last - interval);
        last = now;
        for (let event = 0; event < interval; event += 1) put(left * interval + event);
        left -= 1;
        if (left === 0) {
          clearInterval(timer);
          resolve(undefined);
        }
      }, interval);
    });
  }
  cache.close();
  return latest * 1e6;
}
