// Two tabs: from an invalidation in one until the other one has dropped what it names.

const URL_OF_ENTRY = '/data/1';

export default [
  {
    id: 'tabs',
    title:
      'an invalidation until another tab has said that it holds there, and a message and its answer',
    sizes: [1],
    async measure(site, _size, { visits }) {
      const { driver } = site.session;
      const page = await (await site.origin()).load();
      const first = await driver.getWindowHandle();
      await page.run(prepare);
      await driver.switchTo().newWindow('tab');
      const second = await driver.getWindowHandle();
      await page.load();
      await page.run(prepare);
      await page.run(reply, URL_OF_ENTRY);
      await driver.switchTo().window(first);
      const samples = await page.run(ask, URL_OF_ENTRY, 5 * visits);
      await driver.switchTo().window(second);
      await driver.close();
      await driver.switchTo().window(first);
      return { samples, absent: {} };
    },
  },
];

async function prepare() {
  const { createCache } = await import(String('everfresh'));
  const rules = [{ match: '/data/*', staleTime: 3_600_000 }];
  globalThis.cache = await createCache({ rules, persist: false });
  globalThis.channel = new BroadcastChannel('bench');
}

/** In the tab that is told. */
async function reply(url) {
  const { cache, channel } = globalThis;
  const set = () => cache.setQueryData(url, { id: 1 }, { staleTime: 3_600_000 });
  set();
  cache.events(({ type }) => {
    if (type === 'invalidate') {
      channel.postMessage(cache.peek(url) ? 'still there' : 'gone');
      set();
    }
  });
  channel.onmessage = () => channel.postMessage('heard');
}

/** In the tab that invalidates. */
async function ask(url, rounds) {
  const { cache, channel } = globalThis;
  const answered = () =>
    new Promise((resolve) => {
      channel.onmessage = ({ data }) => resolve(data);
    });
  const once = async (work, wanted) => {
    const start = performance.now();
    const answer = answered();
    work();
    const said = await answer;
    if (said !== wanted) throw new Error(`the other tab: ${said}`);
    return (performance.now() - start) * 1e6;
  };
  const samples = { everfresh: [], 'broadcast-channel': [] };
  for (let round = 0; round <= rounds; round += 1) {
    const ours = await once(() => cache.invalidate(url), 'gone');
    const raw = await once(() => channel.postMessage('hello'), 'heard');
    if (round > 0) {
      samples.everfresh.push(ours);
      samples['broadcast-channel'].push(raw);
    }
  }
  return samples;
}
