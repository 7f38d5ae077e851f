// XMLHttpRequest, watched: it is the browser's own, and no handler of the page's is before us.
import assert from 'node:assert/strict';
import { equip } from './support/axios.mjs';
import { pagesBeginningWith, pagesWith } from './support/copies.mjs';
import { Depot } from './support/depot.mjs';
import { Relay } from './support/relay.mjs';
import { suite } from './support/suite.mjs';
import { TRAPPABLE } from './support/trap.mjs';
import { watch } from './support/watch.mjs';

const EDITOR = '/studio/?story=42&chapter=1&scene=1';
const SCENE = '/studio/api/scenes/1';
const OTHER = '/studio/api/scenes/2';
const CHAPTER = '/studio/api/chapters/1';
const OTHER_CHAPTER = '/studio/api/chapters/2';
const POST = '/community/api/posts/1';
const SHOWN = ['/studio/api/stories', '/studio/api/stories/42', CHAPTER, SCENE];
const TEXT = 'Sent as it was done before there was fetch.';
const BODY = JSON.stringify({ text: TEXT });

/** The handlers of {@link handled}, sorted. */
const HANDLERS = [
  'after',
  'before',
  'capture',
  'load',
  'onload',
  'onloadend',
  'onreadystatechange',
];

const NATIVE = `<script>globalThis.native = {
  open: XMLHttpRequest.prototype.open, send: XMLHttpRequest.prototype.send,
}</script>`;

suite((scenario, engine) => {
  for (const sendHeaders of [true, false]) {
    const source = sendHeaders ? 'the header' : 'the body';
    scenario(
      `P1: no handler sees an answer before what it touched is gone, by ${source}`,
      async (site) => {
        const { page, demo } = await editor(site);
        await demo.set({ sendHeaders });
        const seen = await page.run(handled, SCENE, BODY);
        // Where only the body tells, it has to be there.
        const first = sendHeaders ? 2 : 4;
        for (const [name, state, kept] of seen) {
          assert.equal(kept, state < first, `${name} in state ${state}`);
        }
        const ended = seen.filter(([, state]) => state === 4).map(([name]) => name);
        assert.deepEqual([...new Set(ended)].sort(), HANDLERS);
      },
    );
  }

  for (const [type, known] of /** @type {[string, boolean][]} */ ([
    ['', true],
    ['text', true],
    ['json', true],
    ['blob', false],
  ])) {
    scenario(`P1: the parent is found in an answer of type '${type}', or all go`, async (site) => {
      const { page, demo } = await editor(site);
      await page.read(OTHER_CHAPTER);
      await demo.set({ sendHeaders: false });
      const kept = await page.run(
        async (url, body, type, urls) => {
          await globalThis.ask('PATCH', url, body, (request) => {
            request.responseType = type;
          });
          return urls.map(globalThis.holds);
        },
        // One whose parent no entry tells.
        OTHER,
        BODY,
        type,
        [CHAPTER, OTHER_CHAPTER],
      );
      assert.deepEqual(kept, [false, known]);
    });
  }

  scenario('P1: a synchronous write counts before send() returns', async (site) => {
    const { page, demo } = await editor(site);
    const kept = await page.run(
      (url, body) => {
        const request = new XMLHttpRequest();
        request.open('PATCH', url, false);
        request.setRequestHeader('content-type', 'application/json');
        request.send(body);
        return globalThis.holds(url);
      },
      SCENE,
      BODY,
    );
    assert.equal(kept, false);
    assert.equal(JSON.parse((await page.read(SCENE)).text).version, await demo.version(SCENE));
  });

  scenario('P4: a synchronous write that gets no answer may have been done', async (site) => {
    const { page, demo } = await editor(site);
    await demo.set({ dropNextAnswers: 1 });
    const outcome = await page.run(
      (url, body) => {
        const request = new XMLHttpRequest();
        request.open('PATCH', url, false);
        request.setRequestHeader('content-type', 'application/json');
        try {
          request.send(body);
        } catch (error) {
          return [error.name, globalThis.holds(url)];
        }
      },
      SCENE,
      BODY,
    );
    assert.deepEqual(outcome, ['NetworkError', false]);
    await watch({ page, demo }, SCENE, 2);
  });

  scenario('P7: a write that send() refuses is not waited for', async (site) => {
    const { page } = await editor(site);
    const kept = await page.run((url) => {
      const request = new XMLHttpRequest();
      request.open('PATCH', url);
      try {
        request.send(/** @type {any} */ (Symbol('no body')));
      } catch {}
      return globalThis.holds(url);
    }, SCENE);
    assert.equal(kept, false, 'nobody knows whether it was sent');
  });

  for (const [how, end] of /** @type {[string, (url: string) => boolean][]} */ ([
    [
      'is aborted',
      (url) => {
        globalThis.request.abort();
        return globalThis.holds(url);
      },
    ],
    [
      'is opened again for something else',
      (url) => {
        globalThis.request.open('GET', url);
        return globalThis.holds(url);
      },
    ],
  ])) {
    scenario(`P4: a write that ${how} may have been done`, async (site) => {
      const relay = await Relay.start(site);
      const page = site.pageOf(relay);
      await page.open(EDITOR);
      await page.holds(SHOWN);
      await equip(page);
      relay.hold(`PATCH ${SCENE}`, 'request');
      await page.run(
        (url, body) => {
          globalThis.request = new XMLHttpRequest();
          globalThis.request.open('PATCH', url);
          globalThis.request.setRequestHeader('content-type', 'application/json');
          globalThis.request.send(body);
        },
        SCENE,
        BODY,
      );
      await relay.reached(`PATCH ${SCENE}`, 'request');
      assert.equal(await page.run(end, SCENE), false);
      relay.release(`PATCH ${SCENE}`, 'request');
      await watch({ page, demo: site.demo }, SCENE, 2);
    });
  }

  scenario('P4: a write before the wasm is there drops what it touched', async (site) => {
    const depot = await Depot.start(site);
    const elsewhere = `"everfresh":"${depot.origin}/pkg/index.js"`;
    const pages = pagesWith(site, (html) => html.replace('"everfresh":"/pkg/index.js"', elsewhere));
    const relay = await Relay.start(site, await site.server({ pages }));
    // No map tells of this one.
    relay.extra.set(`PATCH ${SCENE}`, { 'x-cache-invalidate': `"${POST}"` });
    const page = site.pageOf(relay);
    await page.open(EDITOR);
    await page.read(POST);
    await page.holds([...SHOWN, POST]);

    depot.hold('/pkg/everfresh.wasm');
    await site.driver.navigate().refresh();
    await depot.asked('/pkg/everfresh.wasm');
    await equip(page);
    assert.equal(await page.run(ask, 'PATCH', SCENE, BODY), 200);
    depot.release('/pkg/everfresh.wasm');
    await page.ready();
    await page.has('scene-text', 'value', TEXT);
    await page.badge('scene', 'network');
    assert.equal((await page.read(POST)).from, 'network', 'its answer was read');
    const left = await page.run(() => Object.keys(localStorage));
    assert.ok(!left.some((/** @type {string} */ name) => name.includes(':early:')), `${left}`);
  });

  scenario('P7: a trap in the middle of a write leaves XMLHttpRequest native', async (site) => {
    const server = await site.server({ pages: pagesBeginningWith(site, TRAPPABLE + NATIVE) });
    const page = site.pageOf(server);
    await page.open(EDITOR);
    await page.holds(SHOWN);
    await equip(page);
    assert.equal(await page.run(isNative), false);
    await server.set({ writeLatencyMs: 1000 });
    await page.run(
      (url, body) => {
        globalThis.waiting = globalThis.ask('PATCH', url, body);
      },
      SCENE,
      BODY,
    );
    await server.receives('PATCH', SCENE);
    await page.run(() => {
      globalThis.trapped = true;
      return fetch('/studio/api/scenes/2').then(({ status }) => status);
    });
    assert.equal(await page.run(() => globalThis.waiting), 200);
    assert.equal(await page.run(isNative), true);
    await server.set({ writeLatencyMs: 0 });
    assert.equal(await page.run(ask, 'PATCH', SCENE, BODY), 200);
    await page.refresh();
    await page.has('scene-text', 'value', TEXT);
  });

  scenario('P7: a header that nobody can read harms no request', async (site) => {
    const { page } = await editor(site);
    // WebKit's network refuses what is longer than its buffer.
    const kinds = ['bytes', 'unbalanced', ...(engine === 'webkit' ? [] : ['large', 'many'])];
    for (const kind of kinds) {
      assert.equal(await page.run(ask, 'GET', `/_demo/hostile?kind=${kind}`), 200, kind);
    }
    assert.equal((await page.read(SCENE)).from, 'network', 'everything is dropped');
  });

  scenario('P9: installed twice it is watched once, and uninstalled it is native', async (site) => {
    const pages = pagesBeginningWith(site, NATIVE);
    const page = site.pageOf(await site.server({ pages }));
    await page.open(EDITOR);
    assert.equal(await page.run(isNative), false);
    await page.run(() => {
      globalThis.demo.cache.install();
      globalThis.demo.cache.uninstall();
    });
    assert.equal(await page.run(isNative), true);
  });

  scenario('P7: under the patch of somebody else it becomes transparent', async (site) => {
    const { page, demo } = await editor(site);
    await page.run(() => {
      const { send } = XMLHttpRequest.prototype;
      globalThis.patched = function (...args) {
        globalThis.counted = (globalThis.counted ?? 0) + 1;
        return send.apply(this, args);
      };
      XMLHttpRequest.prototype.send = globalThis.patched;
    });
    assert.equal(await page.run(ask, 'PATCH', SCENE, BODY), 200);
    assert.equal(await page.run((url) => globalThis.holds(url), SCENE), false);
    await page.run(() => globalThis.demo.cache.uninstall());
    assert.equal(await page.run(ask, 'PATCH', SCENE, BODY), 200);
    const after = await page.run(() => [
      XMLHttpRequest.prototype.send === globalThis.patched,
      globalThis.counted,
      Object.keys(localStorage).filter((name) => /^everfresh:(e|early):/.test(name)).length,
    ]);
    assert.deepEqual(after, [true, 2, 0]);
    assert.equal(await demo.version(SCENE), 3);
  });

  scenario('P1: a write that was under way at uninstall() counts after install()', async (site) => {
    const { page, demo } = await editor(site);
    await demo.set({ writeLatencyMs: 1000 });
    await page.run(
      async (url, body) => {
        globalThis.waiting = globalThis.ask('PATCH', url, body);
        globalThis.demo.cache.uninstall();
        globalThis.demo.cache.install();
        await (await fetch(url)).text();
      },
      SCENE,
      BODY,
    );
    assert.equal(await page.run(() => globalThis.waiting), 200);
    await watch({ page, demo }, SCENE, 2);
  });

  scenario('P9: observeXhr: false leaves it alone', async ({ page, demo, driver }) => {
    await driver.get(`${demo.origin}/no-such-page`);
    const observed = await page.run(async () => {
      const { send } = XMLHttpRequest.prototype;
      const { install } = await import(String('/pkg/index.js'));
      const given = [];
      const look = () => given.push(XMLHttpRequest.prototype.send !== send);
      const no = { observeXhr: false };
      for (const options of [no, Promise.resolve(no), {}]) {
        const starting = install(options);
        look();
        const cache = await starting;
        look();
        cache.uninstall();
        cache.install();
        look();
        cache.close();
      }
      return given;
    });
    assert.deepEqual(observed, [
      ...[false, false, false],
      // What it will be is not known yet.
      ...[true, false, false],
      ...[true, true, true],
    ]);
  });
});

/**
 * The editor with what the tests need, and with what it shows in every layer.
 *
 * @param {import('./support/suite.mjs').Site} site
 */
async function editor({ page, demo }) {
  await page.open(EDITOR);
  await page.holds(SHOWN);
  await equip(page);
  return { page, demo };
}

/** @param {string} method @param {string} url @param {string} [body] */
function ask(method, url, body) {
  return globalThis.ask(method, url, body);
}

function isNative() {
  const { open, send } = XMLHttpRequest.prototype;
  return open === globalThis.native.open && send === globalThis.native.send;
}

/**
 * Sends a write with a handler of each kind; what each of them saw: its name, the state, and whether the thing was
 * still kept. States before an answer are left out, except the first.
 *
 * @param {string} url
 * @param {string} body
 */
async function handled(url, body) {
  const seen = [];
  const request = new XMLHttpRequest();
  /** @param {string} name */
  const look = (name) => () => seen.push([name, request.readyState, globalThis.holds(url)]);
  request.onreadystatechange = look('onreadystatechange');
  request.addEventListener('readystatechange', look('before'));
  request.open('PATCH', url);
  request.setRequestHeader('content-type', 'application/json');
  request.addEventListener('readystatechange', look('after'));
  request.addEventListener('readystatechange', look('capture'), true);
  request.addEventListener('load', look('load'));
  request.onload = look('onload');
  const ended = new Promise((resolve) => {
    request.onloadend = () => resolve(look('onloadend')());
  });
  request.send(body);
  await ended;
  return seen;
}
