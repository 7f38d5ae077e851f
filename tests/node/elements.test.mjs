// What elements say of prefetching in their attributes, also those that come, change and go later.
import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ElementDouble, root, IntersectionObserverDouble as Sight } from './support/dom.mjs';
import { MOUSE, rest, scenario } from './support/triggers.mjs';

scenario('P9: passing over 50 links prefetches nothing', async (page) => {
  page.triggers.elements(root);
  for (let n = 0; n < 50; n += 1) {
    const link = page.link({ href: `/${n}`, 'data-prefetch': 'hover' });
    link.fire('pointerenter', MOUSE);
    await page.tick(20);
    link.fire('pointerleave', MOUSE);
  }
  await page.tick(1000);
  assert.deepEqual(page.urls(), []);
});

scenario('P9: what was sent for a link that is clicked is not aborted', async (page) => {
  page.triggers.elements(root);
  const link = page.link({ href: '/a', 'data-prefetch': 'hover' });
  link.fire('pointerdown', MOUSE);
  link.fire('click');
  link.fire('pointerleave', MOUSE);
  link.remove();
  await rest();
  assert.equal(page.asked[0].options.signal.aborted, false);
  const other = page.link({ href: '/b', 'data-prefetch': 'hover' });
  other.fire('pointerenter', MOUSE);
  other.fire('click');
  await page.tick(1000);
  assert.deepEqual(page.urls(), ['/a'], 'the page asks by itself');
});

scenario('P9: what is inside of a link is the link', async (page) => {
  page.triggers.elements(root);
  const link = page.link({ href: '/a', 'data-prefetch': 'hover' });
  const inner = link.append(new ElementDouble());
  link.fire('pointerenter', MOUSE);
  inner.fire('pointerenter', MOUSE);
  inner.fire('pointerleave', MOUSE);
  await page.tick(65);
  assert.deepEqual(page.urls(), ['/a']);
  assert.equal(page.asked[0].options.signal.aborted, false);
  const other = page.link({ href: '/b', 'data-prefetch': 'hover' });
  other.append(new ElementDouble()).fire('pointerdown', MOUSE);
  assert.deepEqual(page.urls(), ['/a', '/b']);
  link.fire('click');
  inner.fire('pointerenter', MOUSE);
  await page.tick(65);
  assert.deepEqual(page.urls(), ['/a', '/b'], 'the link was entered before');
});

scenario('P9: marks in the page are heeded, also those that come later', async (page) => {
  const there = page.link({ href: '/there', 'data-prefetch': 'visible' });
  const stop = page.triggers.elements(root);
  const later = root.append(new ElementDouble());
  const inside = later.append(
    new ElementDouble({ href: '/later', 'data-prefetch': 'idle|visible' }),
  );
  await rest();
  for (const link of [there, inside]) {
    Sight.show(link);
  }
  await page.tick(0);
  assert.deepEqual(page.urls(), ['/there', '/later']);
  await page.tick(50);
  assert.equal(page.asked[2].options.trigger, 'idle');
  stop();
  assert.equal(page.asked[2].options.signal.aborted, true);
  assert.equal(Sight.mutationObservers, 0);
  page.link({ href: '/late', 'data-prefetch': 'hover' }).fire('pointerdown', MOUSE);
  assert.equal(page.asked.length, 3);
});

scenario('P9: a mark that changes counts as it is then', async (page) => {
  const stop = page.triggers.elements(root);
  const link = page.link({ href: '/a', 'data-prefetch': 'visible' });
  await rest();
  link.set('data-prefetch-url', '/data/a');
  await rest();
  Sight.show(link);
  await page.tick(0);
  assert.deepEqual(page.urls(), ['/data/a']);
  link.set('href', '/b');
  await rest();
  Sight.show(link);
  await page.tick(0);
  assert.deepEqual(page.urls(), ['/data/a'], 'where the URL is the same, nothing is asked again');
  link.set('data-prefetch-url', '/data/b');
  await rest();
  assert.equal(page.asked[0].options.signal.aborted, true);
  Sight.show(link);
  await page.tick(0);
  assert.deepEqual(page.urls(), ['/data/a', '/data/b']);
  link.set('data-prefetch', 'hover');
  await rest();
  assert.equal(Sight.count, 0);
  link.fire('pointerdown', MOUSE);
  assert.equal(page.asked[2].options.trigger, 'hover');
  link.set('data-prefetch', undefined);
  await rest();
  assert.equal(page.asked[2].options.signal.aborted, true);
  stop();
});

scenario('P9: idle moments go on when all was done for a while', async (page) => {
  page.triggers.elements(root);
  for (const href of ['/a', '/b']) {
    page.link({ href, 'data-prefetch': 'idle' });
    await page.tick(50);
    page.asked.at(-1)?.end();
    await page.tick(50);
  }
  assert.deepEqual(page.urls(), ['/a', '/b']);
});

scenario('P9: data-no-prefetch counts for all below it, as long as it is there', async (page) => {
  page.triggers.elements(root);
  const area = root.append(new ElementDouble({ 'data-no-prefetch': '' }));
  const link = area.append(new ElementDouble({ href: '/a', 'data-prefetch': 'hover visible' }));
  page.triggers.hover(link, '/script');
  await rest();
  link.fire('pointerdown', MOUSE);
  assert.equal(Sight.count, 0);
  assert.deepEqual(page.urls(), []);
  area.set('data-no-prefetch', undefined);
  await rest();
  Sight.show(link);
  await page.tick(0);
  assert.deepEqual(page.urls(), ['/a']);
  area.set('data-no-prefetch', '');
  await rest();
  assert.equal(page.asked[0].options.signal.aborted, true);
});

scenario('P9: what leads nowhere, or to this page, is not prefetched', async (page) => {
  for (const attributes of [{}, { href: '#part' }, { href: '' }, { action: '/form' }]) {
    const element = page.link(/** @type {any} */ (attributes));
    page.triggers.hover(element);
    page.triggers.visible(element);
    element.fire('pointerdown', MOUSE);
    Sight.show(element);
  }
  await page.tick(0);
  assert.deepEqual(page.urls(), []);
});

scenario('P10: 10,000 elements that come and go leave nothing behind', async (page) => {
  page.triggers.elements(root);
  /** @type {WeakRef<ElementDouble>[]} */
  const elements = [];
  const add = (/** @type {number} */ n) => {
    const link = page.link({ href: `/${n}`, 'data-prefetch': 'hover visible idle' });
    link.fire('pointerenter', MOUSE);
    elements.push(new WeakRef(link));
  };
  const removeAll = () => {
    for (const child of [...root.children]) {
      child.remove();
    }
  };
  for (let n = 0; n < 10_000; n += 1) {
    add(n);
  }
  await rest();
  assert.equal(Sight.count, 10_000);
  assert.equal(Sight.all.length, 1);
  removeAll();
  await page.tick(1000);
  assert.equal(Sight.count, 0);
  assert.deepEqual(page.urls(), []);
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  await rest();
  assert.equal(elements.filter((element) => element.deref()).length, 0);
});
