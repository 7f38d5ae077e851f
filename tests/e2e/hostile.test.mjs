// Servers and records that mean harm, or are broken: a counted problem, and the page's fetch unharmed.
import assert from 'node:assert/strict';
import { suite } from './support/suite.mjs';

const EDITOR = '/studio/?story=42&chapter=1&scene=1';
const SCENE = '/studio/api/scenes/1';
const CHAPTER = '/studio/api/chapters/1';
const SHOWN = ['/studio/api/stories', '/studio/api/stories/42', CHAPTER, SCENE];
const OTHERS = '/community/api/posts';
const FOREIGN = {
  theme: 'dark',
  everfresh: '1',
  'everfreshness:e:x': '2',
  'my everfresh:e:|x': '3',
};

/** What is left of what was read, and the problem that was counted, by kind of header. */
const HEADERS = {
  large: { problem: 'header-too-large', left: [] },
  many: { problem: 'header-too-large', left: [] },
  bytes: { problem: 'header-unreadable', left: [] },
  unbalanced: { problem: 'header-unreadable', left: [] },
};

/** What is done to every stored record. */
const DAMAGE = {
  'is torn': (/** @type {string} */ text) => text.slice(0, -40),
  'is empty': () => '',
  'is of somebody else': () => '{"json":true}\n[1,2,3]',
  'has no second line': (/** @type {string} */ text) => text.split('\n')[0],
  'has a body that is none': (/** @type {string} */ text) => text.replace('\n{', '\n}'),
  // Its times alone: the epoch that stands before them may have digits in a row, too.
  'has other numbers': (/** @type {string} */ text) =>
    text.replace(/\b\d{13}\b/g, '99999999999999999999'),
};

suite((scenario, engine) => {
  for (const [kind, { problem, left }] of Object.entries(HEADERS)) {
    scenario(`P7: a hostile header (${kind}) does the page no harm`, async ({ page }) => {
      await page.open(EDITOR);
      await page.run(put, FOREIGN);
      await page.read(OTHERS);
      await page.holds([...SHOWN, OTHERS]);
      await page.listen();
      const url = `/_demo/hostile?kind=${kind}`;
      const native = await page.run(outcomeOfNative, url);
      const ours = await page.run(outcome, url);
      assert.deepEqual(ours, native, 'the answer is as native fetch has it');
      if (native.error === undefined) {
        assert.equal(JSON.parse(ours.text).kind, kind);
        const problems = await page.events('problem');
        assert.deepEqual(
          problems.map(({ code }) => code),
          [problem],
        );
        await page.holds(left);
      } else {
        // What the browser itself refuses never reaches us.
        assert.equal(engine, 'webkit', native.error);
        await page.holds([...SHOWN, OTHERS]);
      }
      assert.equal((await page.read(SCENE)).status, 200);
      assert.equal((await page.read(SCENE)).from, 'memory');
      assert.deepEqual(await page.run(foreign), FOREIGN);
    });
  }

  for (const [what, change] of Object.entries(DAMAGE)) {
    scenario(
      `P7: a record that ${what} is skipped, counted and removed`,
      async ({ page, driver }) => {
        await page.open(EDITOR);
        await page.holds(SHOWN);
        await page.run(put, FOREIGN);
        await driver.get(`${page.origin}/shared/icon.svg`);
        await page.run((change) => {
          const damage = Function(`return ${change}`)();
          for (const name of Object.keys(localStorage)) {
            if (name.startsWith('everfresh:e:')) {
              localStorage.setItem(name, damage(localStorage.getItem(name)));
            }
          }
        }, `${change}`);
        await page.open(EDITOR);
        for (const name of ['stories', 'story', 'chapter', 'scene']) {
          await page.badge(name, 'network');
        }
        const skipped = await page.run(() => {
          const lines = [
            ...document.querySelectorAll('[data-testid=trace-line][data-type=problem]'),
          ];
          return lines.map((line) => line.textContent);
        });
        assert.equal(skipped.length, SHOWN.length, `problems: ${skipped}`);
        for (const line of skipped) {
          assert.match(line, /record-unreadable/);
        }
        await page.holds(SHOWN);
        assert.deepEqual(await page.run(foreign), FOREIGN);
      },
    );
  }

  for (const [name, value] of [
    ['everfresh:j:abcdefgh', 'no journal'],
    ['everfresh:epoch', ''],
  ]) {
    scenario(
      `P7: with ${name} of no sense, nothing that is stored is believed`,
      async ({ page, driver, demo }) => {
        await page.open(EDITOR);
        await page.holds(SHOWN);
        await page.run(put, FOREIGN);
        await driver.get(`${page.origin}/shared/icon.svg`);
        await page.run(put, { [name]: value, 'everfresh:early:1': '{', 'everfresh:e:': 'x' });
        await fetch(demo.origin + SCENE, {
          method: 'PATCH',
          body: '{"text":"Written elsewhere."}',
          headers: { 'content-type': 'application/json' },
        });
        await page.open(EDITOR);
        await page.badge('scene', 'network');
        await page.has('scene-text', 'value', 'Written elsewhere.');
        // Nobody knows what is being written now, so for a while nothing is kept either.
        const { memory, items } = await page.layers();
        assert.deepEqual([...memory, ...items], []);
        assert.deepEqual(await page.run(foreign), FOREIGN);
      },
    );
  }

  for (const named of [
    '*',
    'scene:1, chapter:1, story, stories',
    `"${SCENE}"`,
    '"/*"',
    'absolute',
  ]) {
    scenario(
      `P8: another origin's header that names ${named} leaves this one's entries`,
      async (site) => {
        const { page } = site;
        const other = await site.server({ cors: '*' });
        await page.open(EDITOR);
        await page.holds(SHOWN);
        await page.listen();
        const value = named === 'absolute' ? `"${page.origin}${SCENE}", ${page.origin}/*` : named;
        const url = `${other.origin}/_demo/echo-header?value=${encodeURIComponent(value)}`;
        const { status, headers } = await page.write('POST', url);
        assert.deepEqual([status, headers['x-cache-invalidate']], [200, value], 'the page sees it');
        await page.holds(SHOWN);
        const invalidations = await page.events('invalidate');
        const isHeeded = invalidations.some(({ cause }) => cause === 'header');
        const problems = await page.events('problem');
        const isRefused = problems.some(({ code }) => code === 'header-foreign-origin');
        assert.equal(named === 'absolute' ? isRefused : isHeeded, true, 'the header was read');
        for (const { origin, count } of invalidations) {
          assert.deepEqual({ origin, count }, { origin: other.origin, count: 0 });
        }
        assert.equal((await page.read(SCENE)).from, 'memory');
      },
    );
  }

  scenario(
    'P8: a write to another origin leaves this one, and drops what is cached of its own',
    async (site) => {
      const { page } = site;
      const other = await site.server({ cors: '*' });
      await page.open(EDITOR);
      await page.holds(SHOWN);
      const theirs = other.origin + SCENE;
      // A second cache, that has rules for both.
      const seen = await page.run(
        async (ours, theirs) => {
          const entry = '/pkg/index.js';
          const { createCache } = await import(entry);
          const rules = [ours, theirs].map((match) => ({
            match,
            staleTime: 30_000,
            persist: false,
          }));
          const cache = await createCache({ rules, scope: { id: 'demo' } });
          const read = async (url) => {
            const response = await cache.fetch(url);
            const status = response.headers.get('cache-status') ?? '';
            return [(await response.json()).text, /(?:^|, )everfresh; hit/.test(status)];
          };
          const before = [await read(ours), await read(theirs)];
          const init = {
            method: 'PATCH',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ text: 'Theirs.' }),
          };
          const { status } = await cache.fetch(theirs, init);
          return { before, status, after: [await read(ours), await read(theirs)] };
        },
        `${page.origin}/studio/api/scenes/2`,
        theirs,
      );
      assert.equal(seen.status, 200);
      assert.deepEqual(
        seen.before.map(([, cached]) => cached),
        [false, false],
      );
      assert.deepEqual(seen.after, [
        [seen.before[0][0], true],
        ['Theirs.', false],
      ]);
      // The page's own cache saw that write pass by too.
      await page.write('PATCH', theirs, { text: 'Again.' });
      await page.holds([...SHOWN, '/studio/api/scenes/2']);
    },
  );
});

/** @param {Record<string, string>} items */
function put(items) {
  for (const [name, value] of Object.entries(items)) {
    localStorage.setItem(name, value);
  }
}

/** The items of others. */
function foreign() {
  const names = Object.keys(localStorage).filter((name) => !/^everfresh:/.test(name));
  return Object.fromEntries(names.map((name) => [name, localStorage.getItem(name)]));
}

/**
 * What the page's fetch gives.
 *
 * @param {string} url
 * @returns {Promise<any>}
 */
async function outcome(url) {
  try {
    const response = await fetch(url);
    const header = response.headers.get('x-cache-invalidate');
    return { status: response.status, header, text: await response.text() };
  } catch (error) {
    return { error: `${error.name}: ${error.message}` };
  }
}

/**
 * What native fetch gives, which a frame of the page still has.
 *
 * @param {string} url
 * @returns {Promise<any>}
 */
async function outcomeOfNative(url) {
  const frame = document.createElement('iframe');
  document.body.append(frame);
  try {
    const response = await frame.contentWindow.fetch(url);
    const header = response.headers.get('x-cache-invalidate');
    return { status: response.status, header, text: await response.text() };
  } catch (error) {
    return { error: `${error.name}: ${error.message}` };
  }
}
