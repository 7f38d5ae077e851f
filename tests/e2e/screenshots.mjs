// Makes the pictures of the demo that the README shows: `node tests/e2e/screenshots.mjs`, in Chromium.
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Demo } from './support/demo.mjs';
import { Overlay } from './support/overlay.mjs';
import { Page } from './support/page.mjs';
import { root } from './support/paths.mjs';
import { Session } from './support/session.mjs';

const LIMIT = 150_000;
const SIZE = { width: 1200, height: 800, deviceScaleFactor: 1, mobile: false };
/** As wide as a README shows them, and so no larger than they need be. */
const CLIP = { x: 0, y: 0, width: SIZE.width, height: SIZE.height, scale: 0.7 };
const EDITOR = '/studio/?story=42&chapter=1&scene=1';

const demo = await Demo.start();
try {
  const session = await Session.start('chromium');
  try {
    await session.devtools('Emulation.setDeviceMetricsOverride', SIZE);
    await session.devtools('Emulation.setScrollbarsHidden', { hidden: true });
    const page = new Page(session, demo.origin);
    for (const theme of /** @type {const} */ (['light', 'dark'])) {
      await studio(page, theme);
      await shoot(session, `studio-${theme}`);
      await devtools(page);
      await picture(session, `devtools-${theme}`);
    }
    await community(page);
    await shoot(session, 'community');
  } finally {
    await session.stop();
  }
} finally {
  await demo.stop();
}

/**
 * A scene that was read, saved and read again, so that every kind of badge and line is to be seen.
 *
 * @param {Page} page
 * @param {'light' | 'dark'} theme
 */
async function studio(page, theme) {
  const features = [{ name: 'prefers-color-scheme', value: theme }];
  await page.session.devtools('Emulation.setEmulatedMedia', { features });
  await demo.reset();
  await page.open(EDITOR);
  await page.run(() => globalThis.demo.cache.clear());
  await page.refresh();
  await page.click('scene-2');
  await page.badge('scene', 'network');
  await page.refresh();
  await page.click('scene-1');
  await page.badge('scene', 'storage');
  await page.run(() => {
    document.querySelector('textarea').value += ' She drove on.';
    document.querySelector('textarea').dispatchEvent(new Event('input'));
  });
  await page.click('scene-save');
  await page.says('status-scene', /^Saved/);
  await page.badge('chapter', 'network');
  await page.says('total-cleared', /^[1-9]/);
}

/**
 * A reply that waits for the network.
 *
 * @param {Page} page
 */
async function community(page) {
  const features = [{ name: 'prefers-color-scheme', value: 'light' }];
  await page.session.devtools('Emulation.setEmulatedMedia', { features });
  await demo.reset();
  await page.open('/community/?open=4');
  await page.click('like-4');
  await page.sent();
  await page.badge('post-4', 'network');
  await page.click('lose-connection');
  await page.type('reply-4-author', 'Nora Quill');
  await page.type('reply-4-text', 'I am on a train, and I am still writing.');
  await page.click('reply-4-send');
  await page.says('outbox-status', /1 edit is kept/);
  await page.run(() => scrollTo(0, 0));
}

/**
 * The overlay, at an entry that was fetched again because of what was saved.
 *
 * @param {Page} page
 */
async function devtools(page) {
  const overlay = await new Overlay(page).open('entries');
  await overlay.fill('entries-search', 'chapter:');
  await overlay.click('entries-row');
  await overlay.find('why-step');
}

/**
 * @param {Session} session
 * @param {string} name
 */
async function shoot(session, name) {
  // What was cleared is what the pictures are about.
  await session.driver.executeScript(`
    const line = document.querySelector('[data-testid=trace-line][data-type=invalidate]');
    line.parentElement.scrollTop = line.offsetTop - line.parentElement.offsetTop - 60;
    document.activeElement.blur();`);
  await picture(session, name);
}

/**
 * @param {Session} session
 * @param {string} name
 */
async function picture(session, name) {
  const { data } = await session.devtools('Page.captureScreenshot', { format: 'png', clip: CLIP });
  const folder = join(root, 'docs/images');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  writeFileSync(path, Buffer.from(data, 'base64'));
  const { size } = statSync(path);
  if (size > LIMIT) {
    throw new Error(`${path} has ${size} bytes, more than ${LIMIT}`);
  }
  console.log(`${path}: ${size} bytes`);
}
