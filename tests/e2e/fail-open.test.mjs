// Whatever breaks, the page works as it would without us, and comes back without anything stale.
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { By, Key } from 'selenium-webdriver';
import { copyOf, pagesBeginningWith, pagesWith } from './support/copies.mjs';
import { Depot } from './support/depot.mjs';
import { built } from './support/paths.mjs';
import { suite } from './support/suite.mjs';
import { TRAPPABLE } from './support/trap.mjs';
import { until } from './support/until.mjs';

const EDITOR = '/studio/?story=42&chapter=1&scene=1';
const SCENE = '/studio/api/scenes/1';
const SHOWN = ['/studio/api/stories', '/studio/api/stories/42', '/studio/api/chapters/1', SCENE];
const WASM = 'everfresh.wasm';
const ENGINE = 'everfresh.engine.js';

/** Items of somebody else, some of which look like ours. */
const FOREIGN = {
  theme: 'dark',
  everfresh: '1',
  'everfreshness:e:x': '2',
  'my everfresh:e:|x': '3',
};

/**
 * What is done to a file of the package.
 *
 * @type {[file: string, what: string, damage: (path: string) => void][]}
 */
const BROKEN = [
  [WASM, 'missing', rmSync],
  [WASM, 'cut short', (path) => writeFileSync(path, readFileSync(path).subarray(0, 5000))],
  [WASM, 'an error page', (path) => writeFileSync(path, '<!doctype html><h1>Sorry</h1>')],
  [ENGINE, 'missing', rmSync],
  [ENGINE, 'cut short', (path) => writeFileSync(path, readFileSync(path).subarray(0, 5000))],
];

const DENIED = `<script>
  Object.defineProperty(globalThis, 'localStorage', {
    get() { throw new DOMException('denied', 'SecurityError'); },
  });
</script>`;

const NO_WASM = `<meta http-equiv="Content-Security-Policy" content="script-src 'self' 'unsafe-inline'">`;

suite((scenario, engine) => {
  for (const [file, what, damage] of BROKEN) {
    scenario(
      `P7: the page works when ${file} is ${what}, and forgets what it had`,
      async (site) => {
        const packaged = copyOf(site, built);
        const broken = join(packaged, file);
        const server = await site.server({ packaged });
        const page = site.pageOf(server);
        date(broken, 1);
        await page.open(EDITOR);
        await page.run(put, FOREIGN);
        await page.holds(SHOWN);

        damage(broken);
        date(broken, 2);
        await page.refresh();
        await page.says('cache-off', /wasm could not be loaded/);
        assert.equal(await page.run(() => globalThis.demo.cache.failure.code), 'wasm-unavailable');
        await works(page, server);
        assert.deepEqual(await page.run(ours), [], 'nothing of ours is stored');

        copyFileSync(join(built, file), broken);
        date(broken, 3);
        await page.refresh();
        await page.has('scene-text', 'value', 'Written without a cache.');
        await page.badge('scene', 'network');
        await page.holds(SHOWN);
        assert.deepEqual(await page.run(foreign), FOREIGN);
      },
    );
  }

  scenario('P7: the page works when its policy forbids wasm', async (site) => {
    const server = await site.server({ pages: pagesBeginningWith(site, NO_WASM) });
    const page = site.pageOf(server);
    await page.open(EDITOR);
    await page.says('cache-off', /wasm could not be loaded/);
    await page.badge('scene', 'network');
    await save(page, server);
    await page.refresh();
    await page.has('scene-text', 'value', 'Written without a cache.');
  });

  scenario('P7: what is written shows without a cache, once it is answered', async (site) => {
    const server = await site.server({ pages: pagesBeginningWith(site, NO_WASM) });
    const page = site.pageOf(server);
    await page.open('/community/?open=1');
    await page.says('cache-off', /wasm could not be loaded/);
    await writes(page, 1);
    await server.set({ failNextWrites: 1 });
    await page.type('reply-1-text', 'Refused.');
    await page.click('reply-1-send');
    await page.says('status-reply-1', /failNextWrites/);
    await page.has('reply-1-text', 'value', 'Refused.');
  });

  scenario('P7: what is written shows after a trap', async (site) => {
    const server = await site.server({ pages: pagesBeginningWith(site, TRAPPABLE) });
    const page = site.pageOf(server);
    await page.open('/community/?open=1');
    await writes(page, 1);
    await page.run(() => {
      globalThis.trapped = true;
      return fetch('/community/api/posts');
    });
    await writes(page, 2);
  });

  scenario('P7: a trap ends the cache, and the page goes on', async (site) => {
    const server = await site.server({ pages: pagesBeginningWith(site, TRAPPABLE) });
    const page = site.pageOf(server);
    await page.open(EDITOR);
    await page.run(put, FOREIGN);
    await page.holds(SHOWN);
    await server.set({ latencyMs: 1500, writeLatencyMs: 1500 });
    await page.run(() => {
      globalThis.waiting = [
        fetch('/studio/api/scenes/2').then((response) => response.json()),
        fetch('/studio/api/scenes/3', { method: 'PATCH', body: '{"text":"3"}' }).then((it) =>
          it.json(),
        ),
      ];
    });
    await server.receives('GET', '/studio/api/scenes/2');
    await server.receives('PATCH', '/studio/api/scenes/3');
    await page.listen();
    const read = await page.run(async () => {
      globalThis.warnings = [];
      console.warn = (...args) => globalThis.warnings.push(args.join(' '));
      globalThis.trapped = true;
      return (await fetch('/studio/api/scenes/1')).json();
    });
    assert.equal(read.id, 1);
    const waited = await page.run(() => Promise.all(globalThis.waiting));
    assert.deepEqual(
      waited.map(({ id }) => id),
      [2, 3],
    );
    await server.set({ latencyMs: 0, writeLatencyMs: 0 });
    assert.deepEqual(await page.run(ours), []);
    await works(page, server);
    const warnings = await page.run(() => globalThis.warnings);
    assert.equal(warnings.length, 1, `${warnings}`);
    assert.match(warnings[0], /^everfresh: .*unreachable.*without its cache/);
    const codes = (await page.events('problem')).map(({ code }) => code);
    assert.deepEqual(codes, ['wasm-unavailable'], 'whoever listens is told once');
    assert.deepEqual(await page.run(foreign), FOREIGN);
    await page.refresh();
    await page.has('scene-text', 'value', 'Written without a cache.');
    await page.holds(SHOWN);
  });

  scenario('P7: where localStorage is denied, memory alone serves', async (site) => {
    const server = await site.server({ pages: pagesBeginningWith(site, DENIED) });
    const page = site.pageOf(server);
    await page.open(EDITOR);
    assert.equal((await page.read(SCENE)).from, 'memory');
    await save(page, server);
    assert.equal(JSON.parse((await page.read(SCENE)).text).text, 'Written without a cache.');
    assert.equal((await page.read('/studio/api/chapters/1')).from, 'memory');
    await page.refresh();
    await page.badge('chapter', 'network');
  });

  scenario('P7: a page in a sandbox, with no origin and no storage, works', async (site) => {
    const server = await site.server({ cors: '*' });
    const page = site.pageOf(server);
    await site.driver.get(`${server.origin}/no-such-page`);
    await page.run((src) => {
      const frame = document.createElement('iframe');
      Object.assign(frame, { src, sandbox: 'allow-scripts allow-forms', width: 1000, height: 800 });
      document.body.replaceChildren(frame);
    }, EDITOR);
    await site.driver.switchTo().frame(await site.driver.findElement(By.css('iframe')));
    await page.ready();
    const denied = await page.run(() => {
      try {
        return String(localStorage);
      } catch (error) {
        return error.name;
      }
    });
    assert.equal(denied, 'SecurityError', 'storage is denied');
    await page.badge('scene', 'network');
    // WebKit's driver can't type into such a frame.
    await page.run(() => {
      const field = document.querySelector('textarea');
      field.value = 'Written in a sandbox.';
      field.dispatchEvent(new Event('input', { bubbles: true }));
      /** @type {HTMLElement} */ (document.querySelector('[data-testid=scene-save]')).click();
    });
    await page.says('status-scene', /^Saved/);
    assert.equal((await server.read(SCENE)).text, 'Written in a sandbox.');
    await site.driver.switchTo().defaultContent();
  });

  scenario(
    'P7: where others have filled localStorage, the page works and they keep it all',
    async (site) => {
      const { page, demo } = site;
      await site.driver.get(`${demo.origin}/shared/icon.svg`);
      const filled = await page.run(() => {
        let length = 1_000_000;
        for (let at = 0; length >= 1; ) {
          try {
            localStorage.setItem(`filler ${at}`, 'x'.repeat(length));
            at += 1;
          } catch {
            length = Math.floor(length / 2);
          }
        }
        return Object.keys(localStorage).length;
      });
      await page.open(EDITOR);
      assert.equal((await page.read(SCENE)).from, 'memory');
      await save(page, demo);
      assert.equal(JSON.parse((await page.read(SCENE)).text).text, 'Written without a cache.');
      await page.refresh();
      await page.has('scene-text', 'value', 'Written without a cache.');
      const fillers = await page.run(
        () => Object.keys(localStorage).filter((name) => name.startsWith('filler')).length,
      );
      assert.equal(fillers, filled);
    },
  );

  scenario('P4: a write before the wasm is there drops what it touched', async (site) => {
    const depot = await Depot.start(site);
    const elsewhere = `"everfresh":"${depot.origin}/pkg/index.js"`;
    const pages = pagesWith(site, (html) => html.replace('"everfresh":"/pkg/index.js"', elsewhere));
    const server = await site.server({ pages });
    const page = site.pageOf(server);
    await page.open(EDITOR);
    await page.holds(SHOWN);

    depot.hold(`/pkg/${WASM}`);
    await site.driver.navigate().refresh();
    await depot.asked(`/pkg/${WASM}`);
    const { status, from } = await page.write('PATCH', SCENE, { text: 'Early.' });
    assert.deepEqual([status, from], [200, 'network']);
    depot.release(`/pkg/${WASM}`);
    await page.ready();
    await page.has('scene-text', 'value', 'Early.');
    await page.badge('scene', 'network');
    const left = await page.run(() => Object.keys(localStorage));
    assert.deepEqual(
      left.filter((/** @type {string} */ name) => name.includes(':early:')),
      [],
    );
  });

  if (engine !== 'webkit') {
    const preferences = {
      chromium: { 'profile.default_content_setting_values.cookies': 2 },
      firefox: { 'network.cookie.cookieBehavior': 2 },
    }[engine];
    scenario('P7: where the user has forbidden site data, memory alone serves', async (site) => {
      const session = await site.browser(preferences);
      const page = site.pageOf(site.demo, session);
      await page.open(EDITOR);
      const denied = await page.run(() => {
        try {
          return localStorage === null;
        } catch {
          return true;
        }
      });
      assert.ok(denied, 'storage is denied');
      assert.equal((await page.read(SCENE)).from, 'memory');
      await save(page, site.demo);
      assert.equal(JSON.parse((await page.read(SCENE)).text).text, 'Written without a cache.');
    });
  }
});

/**
 * Uses a page that has no cache: every read asks the network, and a save is there after a refresh.
 *
 * @param {import('./support/page.mjs').Page} page
 * @param {import('./support/demo.mjs').Demo} server
 */
async function works(page, server) {
  const reads = await page.readAll([SCENE, SCENE]);
  assert.deepEqual(
    reads.map(({ from, status }) => [from, status]),
    [
      ['network', 200],
      ['network', 200],
    ],
  );
  await save(page, server);
}

/**
 * Likes a post and replies to it.
 *
 * @param {import('./support/page.mjs').Page} page
 * @param {number} time that this is done to it
 */
async function writes(page, time) {
  await page.click('like-1');
  await page.says('likes-1', new RegExp(`^${12 + time}$`));
  await page.type('reply-1-text', `Reply ${time}.`);
  await page.click('reply-1-send');
  await page.says('replies-1', new RegExp(`Reply ${time}\\.`));
  await page.says('status-reply-1', /^Your reply is there/);
}

/**
 * @param {import('./support/page.mjs').Page} page
 * @param {import('./support/demo.mjs').Demo} server
 */
async function save(page, server) {
  await page.type('scene-text', 'Written without a cache.');
  await page.press(Key.CONTROL, 's');
  await page.says('status-scene', /^Saved/);
  await until(
    async () => (await server.read(SCENE)).text === 'Written without a cache.',
    'the server has the text',
  );
}

/**
 * Dates a file so that the browser sees that it is another one, though its dates are in whole seconds.
 *
 * @param {string} path
 * @param {number} hour
 */
function date(path, hour) {
  if (existsSync(path)) {
    utimesSync(path, hour * 3600, hour * 3600);
  }
}

/** @param {Record<string, string>} items */
function put(items) {
  for (const [name, value] of Object.entries(items)) {
    localStorage.setItem(name, value);
  }
}

/** The items of others. */
function foreign() {
  const names = Object.keys(localStorage).filter((name) => !name.startsWith('everfresh:'));
  return Object.fromEntries(names.map((name) => [name, localStorage.getItem(name)]));
}

/** The names of our items, other than journals, the sentinel, and metrics, which are no data. */
function ours() {
  return Object.keys(localStorage).filter((name) => /^everfresh:(?!j:|m:|epoch$)/.test(name));
}
