// A write whose page goes away, at each point between the sending of the one and the reading of its answer.
import assert from 'node:assert/strict';
import { crashable } from './support/crash.mjs';
import { Relay } from './support/relay.mjs';
import { suite } from './support/suite.mjs';
import { watch } from './support/watch.mjs';

/** @import { Page } from './support/page.mjs' */
/** @import { Site } from './support/suite.mjs' */

const EDITOR = '/studio/?story=42&chapter=1&scene=1';
const SCENE = '/studio/api/scenes/1';
const SHOWN = ['/studio/api/stories', '/studio/api/stories/42', '/studio/api/chapters/1', SCENE];
const WRITE = `PATCH ${SCENE}`;
const TEXT = 'The lamp was lit before anyone had climbed the stairs.';
const BODY = JSON.stringify({ text: TEXT });

/**
 * Where the write is when its page goes, where it is held then, and the version that the server has.
 *
 * @typedef {{ where: string, point: import('./support/relay.mjs').Point | 'server', version: number }} Moment
 */

/** @type {Moment[]} */
const MOMENTS = [
  { where: 'is sent and has not arrived', point: 'request', version: 1 },
  { where: 'has arrived and is not done', point: 'server', version: 1 },
  { where: 'is done and not answered', point: 'answer', version: 2 },
  { where: 'is answered, but for the body', point: 'body', version: 2 },
];

/** What sends the write, in the page. @type {[string, (url: string, body: string) => void][]} */
const WAYS = [
  ['fetch', byFetch],
  ['XMLHttpRequest', byXhr],
];

suite((scenario, engine) => {
  for (const moment of MOMENTS) {
    for (const [name, send] of WAYS) {
      scenario(`P4: a reload while a write by ${name} ${moment.where}`, async (site) => {
        const relay = await Relay.start(site);
        const page = site.pageOf(relay);
        await during(site, relay, page, moment, send, () => page.refresh());
      });
    }
    if (engine === 'chromium') {
      scenario(`P4: a crash while a write ${moment.where}`, async (site) => {
        const relay = await Relay.start(site);
        const { page, crash } = await crashable(site, relay);
        await during(site, relay, page, moment, byFetch, async () => {
          await crash();
          await page.open(EDITOR);
        });
      });
    }
  }
});

/**
 * Lets the page go in such a moment, and looks at what the next one shows.
 *
 * @param {Site} site
 * @param {Relay} relay
 * @param {Page} page
 * @param {Moment} moment
 * @param {(url: string, body: string) => void} send
 * @param {() => Promise<void>} leave
 */
async function during({ demo }, relay, page, { point, version }, send, leave) {
  await page.open(EDITOR);
  await page.holds(SHOWN);
  if (point === 'server') {
    await demo.set({ writeLatencyMs: 4000 });
  } else {
    relay.hold(WRITE, point);
  }
  await page.run(send, SCENE, BODY);
  await (point === 'server' ? demo.receives('PATCH', SCENE) : relay.reached(WRITE, point));
  await leave();
  assert.equal(await demo.version(SCENE), version, 'the page went in time');
  // What is read now may be from before the write.
  await page.readAll([SCENE, SCENE]);
  if (point !== 'server') {
    relay.release(WRITE, point);
  }
  await watch({ page, demo }, SCENE, 2);
  await page.refresh();
  await page.has('scene-text', 'value', TEXT);
}

/** @param {string} url @param {string} body */
function byFetch(url, body) {
  const headers = { 'content-type': 'application/json' };
  fetch(url, { method: 'PATCH', headers, body }).catch(() => {});
}

/** @param {string} url @param {string} body */
function byXhr(url, body) {
  const request = new XMLHttpRequest();
  request.open('PATCH', url);
  request.setRequestHeader('content-type', 'application/json');
  request.send(body);
}
