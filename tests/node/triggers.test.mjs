// What makes a page prefetch: when each trigger asks, and when it gives up.
import assert from 'node:assert/strict';
import { IntersectionObserverDouble as Sight } from './support/dom.mjs';
import { MOUSE, rest, scenario, TOUCH } from './support/triggers.mjs';

scenario('P9: pointing at a link for 65 ms prefetches it, and not less', async (page) => {
  const link = page.link();
  page.triggers.hover(link);
  link.fire('pointerenter', MOUSE);
  await page.tick(64);
  assert.deepEqual(page.urls(), []);
  await page.tick(1);
  assert.deepEqual(page.urls(), ['/a']);
  assert.equal(page.asked[0].options.trigger, 'hover');
});

scenario(
  'P9: leaving a link aborts what was sent, and the next time counts again',
  async (page) => {
    const link = page.link();
    page.triggers.hover(link, '/b', { delay: 10 });
    for (const [enter, leave] of [
      ['pointerenter', 'pointerleave'],
      ['focusin', 'focusout'],
    ]) {
      link.isFocusVisible = true;
      link.fire(enter, MOUSE);
      await page.tick(10);
      assert.equal(page.asked.at(-1)?.url, '/b');
      assert.equal(page.asked.at(-1)?.options.signal.aborted, false);
      link.fire(leave, MOUSE);
      assert.equal(page.asked.at(-1)?.options.signal.aborted, true);
    }
    assert.equal(page.asked.length, 2);
  },
);

scenario('P9: focus by the keyboard counts, that of a click does not', async (page) => {
  const link = page.link();
  page.triggers.hover(link);
  link.fire('focusin');
  await page.tick(1000);
  assert.deepEqual(page.urls(), []);
  link.isFocusVisible = true;
  link.fire('focusin');
  await page.tick(65);
  assert.deepEqual(page.urls(), ['/a']);
});

for (const event of ['pointerdown', 'touchstart']) {
  scenario(`P9: ${event} prefetches at once, and once`, async (page) => {
    const link = page.link();
    page.triggers.hover(link);
    link.fire('pointerenter', TOUCH);
    await page.tick(1000);
    assert.deepEqual(page.urls(), [], 'a finger does not hover');
    link.fire(event, TOUCH);
    link.fire('pointerdown', TOUCH);
    assert.deepEqual(page.urls(), ['/a']);
  });
}

scenario('P9: another button than the first one prefetches nothing', async (page) => {
  const link = page.link();
  page.triggers.hover(link);
  link.fire('pointerdown', { ...MOUSE, button: 2 });
  assert.deepEqual(page.urls(), []);
});

scenario('P9: a finger that is lifted aborts nothing, one that scrolls does', async (page) => {
  const link = page.link();
  page.triggers.hover(link);
  link.fire('pointerdown', TOUCH);
  link.fire('pointerleave', TOUCH);
  assert.equal(page.asked[0].options.signal.aborted, false);
  link.fire('pointerdown', TOUCH);
  link.fire('pointercancel', TOUCH);
  assert.equal(page.asked.length, 2);
  assert.equal(page.asked[1].options.signal.aborted, true);
});

scenario('P9: what hovering has begun can be given up, and the trigger ended', async (page) => {
  const link = page.link();
  const stop = page.triggers.hover(link);
  link.fire('pointerenter', MOUSE);
  page.triggers.cancelHover(link);
  await page.tick(1000);
  assert.deepEqual(page.urls(), []);
  link.fire('pointerdown', MOUSE);
  stop();
  assert.equal(page.asked[0].options.signal.aborted, true);
  link.fire('pointerdown', MOUSE);
  assert.equal(page.asked.length, 1);
});

scenario('P9: what comes into view is prefetched, once', async (page) => {
  const link = page.link();
  page.triggers.visible(link);
  await page.tick(1000);
  assert.deepEqual(page.urls(), []);
  Sight.show(link);
  await page.tick(0);
  Sight.show(link);
  await page.tick(0);
  assert.deepEqual(page.urls(), ['/a']);
  assert.equal(page.asked[0].options.trigger, 'visible');
  assert.equal(Sight.count, 0);
});

scenario('P9: what leaves the view before its time is not prefetched', async (page) => {
  const link = page.link();
  page.triggers.visible(link, '/b', { dwell: 100, threshold: 0.5 });
  Sight.show(link, 0.4);
  await page.tick(1000);
  Sight.show(link, 0.6);
  await page.tick(99);
  Sight.show(link, 0);
  await page.tick(1000);
  assert.deepEqual(page.urls(), []);
  Sight.show(link, 0.6);
  await page.tick(100);
  assert.deepEqual(page.urls(), ['/b']);
});

scenario('P10: there is one observer for each set of options', async (page) => {
  const [one, other] = [page.link(), page.link()];
  const stops = [one, other].map((link) => page.triggers.visible(link));
  page.triggers.visible(one, '/b');
  assert.equal(Sight.all.length, 1);
  stops.push(page.triggers.visible(other, '/c', { rootMargin: '0px' }));
  assert.deepEqual(
    Sight.all.map(({ options }) => options),
    [
      { threshold: 0, rootMargin: '200px' },
      { threshold: 0, rootMargin: '0px' },
    ],
  );
  for (const stop of stops) {
    stop();
  }
  Sight.show(one);
  await page.tick(0);
  assert.deepEqual(page.urls(), ['/b'], 'one of two that watch an element has ended');
  assert.equal(Sight.count, 0);
});

scenario('P9: whoever watches later is told of what is in view already', async (page) => {
  const link = page.link();
  const stop = page.triggers.visible(link, '/a', { dwell: 1000 });
  Sight.show(link);
  await page.tick(0);
  page.triggers.visible(link, '/b', { dwell: 10 });
  await page.tick(10);
  assert.deepEqual(page.urls(), ['/b']);
  stop();
  await page.tick(1000);
  assert.deepEqual(page.urls(), ['/b'], 'what has ended asks for nothing');
});

scenario(
  'P9: a link at which somebody points, and that has the focus, is asked for once',
  async (page) => {
    const link = page.link();
    page.triggers.hover(link);
    link.isFocusVisible = true;
    link.fire('focusin');
    link.fire('pointerenter', MOUSE);
    await page.tick(65);
    assert.deepEqual(page.urls(), ['/a']);
  },
);

scenario('P9: a link that has gone is not about to be followed', async (page) => {
  const link = page.link();
  page.triggers.hover(link);
  link.fire('pointerenter', MOUSE);
  link.remove();
  await page.tick(65);
  assert.deepEqual(page.urls(), []);
});

scenario('P9: idle prefetches go one after the other, each in an idle moment', async (page) => {
  const stop = page.triggers.idle(['/a', '/b', '/c', '/d']);
  assert.deepEqual(page.urls(), []);
  await page.tick(50);
  assert.deepEqual(page.urls(), ['/a']);
  assert.equal(page.asked[0].options.trigger, 'idle');
  await page.tick(1000);
  assert.deepEqual(page.urls(), ['/a'], 'the first one is under way');
  page.asked[0].end();
  await page.tick(50);
  assert.deepEqual(page.urls(), ['/a', '/b']);
  stop();
  assert.equal(page.asked[1].options.signal.aborted, true);
  await page.tick(1000);
  assert.deepEqual(page.urls(), ['/a', '/b']);
});

scenario('P9: where the browser can tell idle moments, it is asked', async (page) => {
  /** @type {any[]} */
  const calls = [];
  Object.assign(globalThis, {
    requestIdleCallback: (/** @type {any} */ work, /** @type {any} */ options) =>
      calls.push({ work, options }),
  });
  try {
    page.triggers.idle(['/a'], { timeout: 300 });
    await page.tick(1000);
    assert.deepEqual(page.urls(), []);
    assert.deepEqual(calls[0].options, { timeout: 300 });
    calls[0].work();
    await rest();
    assert.deepEqual(page.urls(), ['/a']);
  } finally {
    Reflect.deleteProperty(globalThis, 'requestIdleCallback');
  }
});

scenario('P9: a batch is bounded, and goes by priority', async (page) => {
  const items = ['/a', { url: '/b', priority: 5 }, new URL('https://a.test/c'), { url: '/d' }];
  items.push({ url: '/e', priority: -80 }, { url: '/f', priority: 80 });
  const done = page.triggers.batch(items, { concurrency: 2 });
  const order = ['/f', '/b', '/a', 'https://a.test/c', '/d', '/e'];
  for (let n = 0; n < order.length; n += 1) {
    assert.deepEqual(page.urls(), order.slice(0, n + 2));
    page.asked[n].end();
    await rest();
  }
  assert.deepEqual(
    (await done).map((/** @type {any} */ { url }) => url),
    ['/a', '/b', 'https://a.test/c', '/d', '/e', '/f'],
  );
  assert.deepEqual(
    page.asked.map(({ options }) => options.priority),
    [150, 105, 100, 100, 100, 50],
  );
});

scenario('P9: a batch of nothing ends, and one at a time is the least', async (page) => {
  assert.deepEqual(await page.triggers.batch([]), []);
  const done = page.triggers.batch(['/a', '/b'], { concurrency: 0 });
  assert.deepEqual(page.urls(), ['/a']);
  page.asked[0].end();
  await rest();
  page.asked[1].end();
  assert.equal((await done).length, 2);
});
