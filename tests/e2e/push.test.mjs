// What others have written, the server says unasked: one tab hears it, and it counts in all.
import assert from 'node:assert/strict';
import { pagesBeginningWith } from './support/copies.mjs';
import { Overlay } from './support/overlay.mjs';
import { suite } from './support/suite.mjs';
import { until } from './support/until.mjs';

const EDITOR = '/studio/?story=42&chapter=1&scene=1';
const SCENE = '/studio/api/scenes/1';
const OTHER = '/studio/api/scenes/2';

/** Notes connections to the server, and how the tab that listens says that it stands. */
const NOTING = `<script>
  globalThis.sources = [];
  globalThis.EventSource = class extends EventSource {
    constructor(...args) {
      super(...args);
      sources.push(this);
    }
  };
  globalThis.push = {};
  new BroadcastChannel('everfresh:push').onmessage = ({ data: { state } }) => {
    if (state) globalThis.push = state;
  };
</script>`;

/**
 * A server that pushes, with two tabs that have it listened to; the second one is open.
 *
 * @param {import('./support/suite.mjs').Site} site
 */
async function listening(site) {
  const server = await site.server({ push: true, pages: pagesBeginningWith(site, NOTING) });
  const page = site.pageOf(server);
  const { driver } = site;
  const tabs = [];
  for (const open of [() => {}, () => driver.switchTo().newWindow('tab')]) {
    await open();
    const handle = await driver.getWindowHandle();
    tabs.push({ show: () => driver.switchTo().window(handle) });
    await page.open(EDITOR);
  }
  const isOpen = () => page.run(() => globalThis.push.status === 'open' && globalThis.push.cursor);
  const each = async (/** @type {() => Promise<unknown>} */ work) => {
    for (const { show } of tabs) {
      await show();
      await work();
    }
  };
  // Until then nothing that was there before counts.
  await until(isOpen, 'the server is listened to');
  await each(async () => {
    const has = async () =>
      (await page.readAll([SCENE, OTHER])).every(({ from }) => from !== 'network');
    await until(has, 'the scenes are cached');
    await page.run(() => {
      globalThis.heard = [];
      globalThis.demo.cache.events((event) => globalThis.heard.push(event));
    });
  });
  /** Writes as somebody else does. @param {string} text */
  const write = async (text, path = SCENE) => {
    const init = {
      method: 'PATCH',
      body: JSON.stringify({ text }),
      headers: { 'content-type': 'application/json' },
    };
    assert.equal((await fetch(server.origin + path, init)).status, 200);
  };
  /**
   * Waits until the tab that is shown has heard of an invalidation.
   *
   * @param {string} targets
   */
  const hears = (targets, causes = ['push', 'peer']) =>
    until(
      () =>
        page.run(
          (targets, causes) =>
            globalThis.heard.some(
              (event) =>
                event.type === 'invalidate' &&
                causes.includes(event.cause) &&
                event.targets.startsWith(targets),
            ),
          targets,
          causes,
        ),
      `${targets} is heard of`,
    );
  const connections = () =>
    page.run(() => globalThis.sources.filter(({ readyState }) => readyState !== 2).length);
  /** The tab that listens, and the other one. */
  const inOrder = async () => {
    await tabs[0].show();
    return (await connections()) === 1 ? tabs : [tabs[1], tabs[0]];
  };
  return { server, page, driver, tabs, each, write, hears, connections, inOrder };
}

suite((scenario) => {
  scenario(
    'P3: what somebody else writes is old in all tabs, through one connection',
    async (site) => {
      const { page, each, write, hears, connections } = await listening(site);
      await write('Somebody else was here.');
      let open = 0;
      await each(async () => {
        await hears('scene:1');
        const [scene, other] = await page.readAll([SCENE, OTHER]);
        assert.match(scene.text, /Somebody else was here/);
        assert.notEqual(other.from, 'network');
        open += await connections();
      });
      assert.equal(open, 1);
      const overlay = await new Overlay(page).open('tabs');
      await overlay.says('state-push', 'open');
      await overlay.says('state-pushed', '2');
      const listeners = async () =>
        (await overlay.texts('tab')).filter((text) => text.includes('listens to the server'));
      await until(async () => (await listeners()).length === 1, 'the tab that listens is told');
    },
  );

  scenario(
    'P3: the echo of a write of ours is nothing new, and what others write after it is',
    async (site) => {
      const { page, each, write, hears } = await listening(site);
      let echoes = 0;
      await each(async () => {
        await page.write('PATCH', SCENE, { text: 'Our own.' });
        echoes += 1;
        const heard = () => page.run((echoes) => globalThis.push.echoes === echoes, echoes);
        await until(heard, 'the echo is heard');
      });
      await each(async () => {
        const pushed = await page.run(() =>
          globalThis.heard.filter((event) => event.cause === 'push'),
        );
        assert.deepEqual(pushed, []);
        await page.read(SCENE);
        await page.run(() => {
          globalThis.heard = [];
        });
      });
      await write('The same scene.');
      await each(async () => {
        await hears('scene:1');
        assert.match((await page.read(SCENE)).text, /The same scene/);
      });
    },
  );

  scenario(
    'P3: where the server can not say what was missed, nothing of before counts',
    async (site) => {
      const { server, page, each, hears } = await listening(site);
      await server.restart();
      await each(async () => {
        await hears('*');
        const kept = await page.run(
          (path) => globalThis.demo.cache.entries().some(({ url }) => url.endsWith(path)),
          OTHER,
        );
        assert.equal(kept, false);
      });
    },
  );

  scenario(
    'P3: when the tab that listens is closed another one does, and nothing is missed',
    async (site) => {
      const { page, driver, write, hears, connections, inOrder } = await listening(site);
      const [listener, other] = await inOrder();
      await listener.show();
      await driver.close();
      await write('While nobody listened.');
      await other.show();
      await hears('scene:1', ['push']);
      assert.match((await page.read(SCENE)).text, /While nobody listened/);
      assert.equal(await connections(), 1);
    },
  );

  scenario('P3: who was offline, or away, hears what was missed', async (site) => {
    const { page, driver, tabs, each, write, hears, connections } = await listening(site);
    const online = (/** @type {boolean} */ is) =>
      page.run((is) => {
        Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => is });
        dispatchEvent(new Event(is ? 'online' : 'offline'));
      }, is);
    await each(() => online(false));
    await each(async () => assert.equal(await connections(), 0));
    await write('While there was no network.');
    await each(() => online(true));
    await each(() => hears('scene:1'));
    assert.match((await page.read(SCENE)).text, /While there was no network/);
    for (const { show } of tabs) {
      await show();
      await driver.get('about:blank');
    }
    await write('While no page was there.', OTHER);
    await page.open(EDITOR);
    const isOpen = () =>
      page.run(() => globalThis.push.status === 'open' && globalThis.push.events);
    await until(isOpen, 'what was missed is heard');
    assert.match((await page.read(OTHER)).text, /While no page was there/);
  });
});
