// What the demo shows of writes that are not done: on their way, without a network, taken back, refused.
import assert from 'node:assert/strict';
import { By, Key } from 'selenium-webdriver';
import { suite } from './support/suite.mjs';
import { until } from './support/until.mjs';

/** @import { Page } from './support/page.mjs' */

const POST = '/community/api/posts/1';
const EDITOR = '/studio/?story=42&chapter=1&scene=1';
const SCENE = '/studio/api/scenes/1';

suite((scenario) => {
  scenario(
    'P5: of two likes the one that is refused is taken back, and the other stays',
    async ({ page, demo }) => {
      await page.open('/community/');
      await page.says('likes-1', /^12$/);
      await demo.set({ writeLatencyMs: 1500, refuseNextWrites: 1 });
      await page.click('like-1');
      await page.click('like-1');
      await page.says('likes-1', /^14$/);
      await page.says('status-like-1', /^Not liked/);
      await page.says('likes-1', /^13$/);
      await page.sent();
      assert.equal((await demo.read(POST)).likeCount, 13);
      await page.says('likes-1', /^13$/);
    },
  );

  scenario(
    'P6: what is written without a connection waits for it over a refresh, and arrives in order',
    async ({ page, demo, session }) => {
      await page.open('/community/?open=1');
      await page.click('lose-connection');
      await page.says('outbox-status', /^Offline/);
      for (const text of ['First.', 'Second.']) {
        await page.type('reply-1-text', text);
        await page.click('reply-1-send');
      }
      await write(page, { title: 'From a tunnel', text: 'Third.' });
      await page.says('outbox-status', /3 edits are kept/);
      await page.refresh();
      for (const text of [/First\./, /Second\./, /waiting for the network/]) {
        await page.says('replies-1', text);
      }
      await page.says('thread-1', /^4 replies$/);
      await page.says('main', /From a tunnel.*Third\..*waiting for the network/s);
      assert.equal((await demo.read(POST)).replies.length, 2);

      await page.click('lose-connection');
      await page.sent();
      await page.says('post-5', /From a tunnel/);
      await page.says('outbox-status', /^Everything is saved/);
      const { replies } = await demo.read(POST);
      assert.deepEqual(replies.map((/** @type {{ text: string }} */ { text }) => text).slice(2), [
        'First.',
        'Second.',
      ]);
      assert.deepEqual(await pending(page), []);
      assert.deepEqual(await session.complaints(), []);
    },
  );

  scenario(
    'P6: a reply that is refused can be tried again with the keyboard, after a refresh, too',
    async ({ page, demo }) => {
      await page.open('/community/?open=1');
      await demo.set({ refuseNextWrites: 2 });
      await page.type('reply-1-text', 'In the end.');
      await page.click('reply-1-send');
      await page.says('unsaved', /^Your reply was not saved/);
      await page.says('thread-1', /^2 replies$/);
      await page.refresh();
      await page.says('unsaved', /^Your reply was not saved/);
      await page.tabTo('retry-edit');
      await page.press(Key.ENTER);
      await until(async () => (await demo.state()).refuseNextWrites === 0, 'it is refused again');
      await page.says('unsaved', /^Your reply was not saved/);
      await page.tabTo('retry-edit');
      await page.press(Key.ENTER);
      await page.sent();
      await page.says('replies-1', /In the end\./);
      await page.says('thread-1', /^3 replies$/);
      assert.equal((await demo.read(POST)).replies.length, 3);
    },
  );

  scenario('P6: a post that is refused is there until it is discarded', async ({ page, demo }) => {
    await page.open('/community/');
    await demo.set({ refuseNextWrites: 1 });
    await write(page, { title: 'Nobody', text: 'Nothing.' });
    await page.says('unsaved', /^Your post was not saved/);
    await page.says('outbox-status', /1 edit was not saved/);
    await page.click('discard-edit');
    await page.says('outbox-status', /^Everything is saved/);
    await page.refresh();
    await page.says('outbox-status', /^Everything is saved/);
    assert.equal((await demo.read('/community/api/posts')).posts.length, 4);
  });

  scenario(
    'P6: scenes are edited without a connection, and the last text counts',
    async ({ page, demo }) => {
      await page.open(EDITOR);
      await page.click('lose-connection');
      for (const text of ['Once.', 'Twice.']) {
        await page.type('scene-text', text);
        await page.click('scene-save');
        await page.says('status-scene', /^Offline/);
      }
      await page.refresh();
      await page.has('scene-text', 'value', 'Twice.');
      await page.says('status-scene', /^Offline/);
      await page.click('lose-connection');
      await page.says('status-scene', /^Saved/);
      await page.sent();
      const { text, version } = await demo.read(SCENE);
      assert.deepEqual([text, version], ['Twice.', 3]);
    },
  );

  scenario('P6: a scene that is refused can be discarded', async ({ page, demo }) => {
    const { text } = await demo.read(SCENE);
    await page.open(EDITOR);
    await demo.set({ refuseNextWrites: 1 });
    await page.type('scene-text', 'Not this.');
    await page.click('scene-save');
    await page.says('status-scene', /^Not saved/);
    await page.click('discard-scene');
    await page.has('scene-text', 'value', text);
    await page.says('status-scene', /^All saved/);
    await page.sent();
    assert.equal(await demo.version(SCENE), 1);
  });

  scenario(
    'P6: an edit that was told to sign in waits for that, and is sent then',
    async ({ page, demo }) => {
      await page.open(EDITOR);
      await demo.set({ unauthorizedNextWrites: 1 });
      await page.type('scene-text', 'Signed.');
      await page.click('scene-save');
      await page.says('status-scene', /once you have signed in/);
      await page.refresh();
      await page.sent();
      assert.equal((await demo.read(SCENE)).text, 'Signed.');

      await demo.set({ unauthorizedNextWrites: 1 });
      await page.type('scene-text', 'Signed again.');
      await page.click('scene-save');
      await page.click('sign-in');
      await page.says('status-scene', /^Saved/);
      await page.has('scene-text', 'value', 'Signed again.');
      const { text, version } = await demo.read(SCENE);
      assert.deepEqual([text, version], ['Signed again.', 3]);
    },
  );

  scenario('P6: the exercise kills a tab in the middle of a save', async ({ page, demo }) => {
    await page.open('/exercise/');
    await page.click('exercise-start');
    await page.says('exercise-steps', /The server has the line once, in version 2/);
    assert.match((await demo.read(SCENE)).text, /Written in a window that was closed/);
    const { log, writeLatencyMs } = await demo.state();
    assert.equal(writeLatencyMs, 0, 'the switch is where it was');
    const writes = log.filter(({ method }) => method === 'PATCH');
    assert.ok(writes.length > 1, 'it was sent again');
  });
});

/**
 * @param {Page} page
 * @param {{ title: string, text: string }} post
 */
async function write(page, { title, text }) {
  await page.driver.findElement(By.css('[data-testid=compose] summary')).click();
  await page.type('post-title', title);
  await page.type('post-text', text);
  await page.click('post-send');
}

/** What the items say that have not arrived. @param {Page} page @returns {Promise<string[]>} */
async function pending({ driver }) {
  return driver.executeScript(
    `return [...document.querySelectorAll('[data-testid=pending]')].map((it) => it.textContent).filter(Boolean)`,
  );
}
