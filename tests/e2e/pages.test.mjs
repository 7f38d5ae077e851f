// The demo pages as a visitor uses them.
import assert from 'node:assert/strict';
import { By, Key } from 'selenium-webdriver';
import { suite } from './support/suite.mjs';
import { until } from './support/until.mjs';

const EDITOR = '/studio/?story=42&chapter=1&scene=1';
const SCENE = '/studio/api/scenes/1';

suite((scenario) => {
  scenario('P1: Studio can be used with the keyboard alone', async ({ page, demo, driver }) => {
    await page.open('/studio/');
    await page.tabTo('scene-2');
    await page.press(Key.ENTER);
    await until(async () => (await driver.getCurrentUrl()).includes('scene=2'), 'scene 2 is open');
    await page.has('scene-2', 'ariaCurrent', 'true');
    await page.badge('scene', 'network');
    await page.tabTo('scene-text');
    await page.press(Key.CONTROL, 'a');
    await page.press('Typed without a mouse.');
    await page.says('status-scene', /^Unsaved/);
    await page.press(Key.CONTROL, 's');
    await page.says('status-scene', /^Saved/);
    assert.equal((await demo.read('/studio/api/scenes/2')).text, 'Typed without a mouse.');
    const focused = await driver.switchTo().activeElement();
    assert.equal(await focused.getAttribute('data-testid'), 'scene-text', 'saving keeps the focus');
    await page.refresh();
    await page.has('scene-text', 'value', 'Typed without a mouse.');
  });

  scenario('P1: badges tell where each read came from', async ({ page, session }) => {
    await page.open(EDITOR);
    for (const name of ['stories', 'story', 'chapter', 'scene']) {
      await page.badge(name, 'network');
      await page.says(`badge-${name}`, /^network · /);
    }
    await page.holds([
      '/studio/api/stories',
      '/studio/api/stories/42',
      '/studio/api/chapters/1',
      SCENE,
    ]);
    await page.click('scene-2');
    await page.badge('scene', 'network');
    await page.click('scene-1');
    await page.badge('scene', 'memory');
    await page.says('badge-scene', /^memory, \d+ s old · /);
    await page.refresh();
    for (const name of ['stories', 'story', 'chapter', 'scene']) {
      await page.badge(name, 'storage');
      await page.says(`badge-${name}`, /^localStorage, \d+ s old · /);
    }
    await page.type('scene-text', 'New.');
    await page.click('scene-save');
    await page.badge('scene', 'write');
    await page.badge('chapter', 'network');
    await page.says('badge-chapter', /cleared/);
    await page.says('total-cleared', /^[1-9]/);
    assert.deepEqual(await session.complaints(), []);
  });

  scenario('P1: Studio adds, renames and deletes', async ({ page, demo, session }) => {
    await page.open(EDITOR);
    await page.click('scene-add');
    await page.has('scene-title', 'value', 'Untitled scene');
    await page.type('scene-title', 'The last stair');
    await page.press(Key.CONTROL, 's');
    await page.says('status-scene', /^Saved/);
    const { scenes } = await demo.read('/studio/api/chapters/1');
    const added = scenes.at(-1);
    assert.equal(added.title, 'The last stair');
    await page.says(`scene-${added.id}`, /The last stair/);

    await page.click('chapter-edit');
    await page.type('chapter-input', 'The Log');
    await page.click('chapter-save');
    await page.says('chapter-text', /^The Log$/);
    await page.click('foreword-edit');
    await page.type('foreword-input', 'Written again.');
    await page.click('foreword-save');
    await page.says('foreword-text', /^Written again\.$/);

    await page.click('scene-delete');
    await page.click('delete-confirm');
    await until(
      async () => (await demo.read(`/studio/api/scenes/${added.id}`)) === undefined,
      'the scene is gone',
    );
    const gone = async () => {
      const links = await page.driver.findElements(By.css(`[data-testid="scene-${added.id}"]`));
      return links.length === 0;
    };
    await until(gone, 'the outline shows no such scene');
    await page.refresh();
    assert.ok(await gone());
    await page.says('chapter-text', /^The Log$/);
    await page.says('foreword-text', /^Written again\.$/);
    assert.deepEqual(await session.complaints(), []);
  });

  scenario(
    'P1: Community shows a like, a reply and a new post, before and after a refresh',
    async ({ page, session, driver }) => {
      await page.open('/community/');
      await page.badge('posts', 'network');
      await page.says('likes-1', /^12$/);
      await page.click('like-1');
      await page.says('likes-1', /^13$/);
      // What is read while a write is under way may be read again, from wherever it is by then.
      await page.says('outbox-status', /^Everything is saved/);

      await page.click('thread-1');
      await page.badge('post-1', 'network');
      await page.type('reply-1-text', 'Let one of them be wrong.');
      await page.click('reply-1-send');
      await page.says('replies-1', /Let one of them be wrong\./);
      await page.says('thread-1', /^3 replies$/);

      await driver.findElement(By.css('[data-testid=compose] summary')).click();
      await page.type('post-author', 'Nora Quill');
      await page.type('post-title', 'Ninety-two');
      await page.type('post-text', 'I counted them again.');
      await page.click('post-send');
      await page.says('post-5', /Ninety-two.*I counted them again\./s);

      await page.refresh();
      await page.says('likes-1', /^13$/);
      await page.says('replies-1', /Let one of them be wrong\./);
      await page.says('post-5', /Ninety-two/);
      assert.deepEqual(await session.complaints(), []);
    },
  );

  scenario(
    'P1: with the cache cleared, and with storage cleared, a page goes on',
    async ({ page, demo, session }) => {
      await page.open(EDITOR);
      await page.click('cache-clear');
      await page.holds([]);
      await page.badge('scene', 'cleared');
      await page.click('scene-2');
      await page.badge('scene', 'network');
      await page.click('scene-1');
      await page.badge('scene', 'network');

      await page.run(() => localStorage.clear());
      await page.type('scene-text', 'After the clearing.');
      await page.press(Key.CONTROL, 's');
      await page.says('status-scene', /^Saved/);
      assert.equal((await demo.read(SCENE)).text, 'After the clearing.');
      await page.refresh();
      await page.has('scene-text', 'value', 'After the clearing.');
      assert.deepEqual(await session.complaints(), []);
    },
  );

  scenario(
    'P1: the switches make the server misbehave, and the page says what came of it',
    async ({ page, demo, driver }) => {
      await page.open(EDITOR);
      await driver.findElement(By.css('[data-testid=switches] summary')).click();
      await page.click('fail-next-write');
      await page.says('switches-status', /next write will fail/);
      await page.type('scene-text', 'Failed, then not.');
      await page.click('scene-save');
      await page.says('status-scene', /^Saved/);
      await page.click('refuse-next-write');
      await page.says('switches-status', /refused for good/);
      await page.type('scene-text', 'Refused, then not.');
      await page.click('scene-save');
      await page.says('status-scene', /^Not saved/);
      await page.click('retry-scene');
      await page.says('status-scene', /^Saved/);
      await page.click('demo-reset');
      await page.says('switches-status', /as they were at first/);
      const { text, version } = await demo.read(SCENE);
      assert.equal(version, 1);
      await page.has('scene-text', 'value', text);
    },
  );

  scenario(
    'P1: every page of the demo loads without a complaint',
    async ({ page, driver, session }) => {
      for (const path of ['/', '/studio/', '/community/', '/dropin/']) {
        await driver.get(page.origin + path);
        const done = () => driver.executeScript('return document.readyState === "complete"');
        await until(done, `${path} is loaded`);
        assert.match(await driver.getTitle(), /everfresh/);
        assert.deepEqual(await session.complaints(), [], path);
      }
    },
  );
});
