// Prefetching: what makes a page ask ahead of time, what keeps it from that, and what becomes of it.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { By, Key } from 'selenium-webdriver';
import { copyOf } from './support/copies.mjs';
import { Lab } from './support/lab.mjs';
import { built } from './support/paths.mjs';
import { Relay } from './support/relay.mjs';
import { suite } from './support/suite.mjs';
import { until } from './support/until.mjs';

const A = '/lab/data/a';
const B = '/lab/data/b';
const GET_A = `GET ${A}`;

/** What observes elements, counted before anything else runs. */
const COUNTING = `<script>
  globalThis.observed = new Set();
  globalThis.IntersectionObserver = class extends IntersectionObserver {
    observe(target) { observed.add(target); super.observe(target); }
    unobserve(target) { observed.delete(target); super.unobserve(target); }
  };
</script>`;

suite((scenario) => {
  scenario('P9: pointing at a link and clicking it takes one request', async (site) => {
    const lab = await start(site, `<a id="a" href="${A}" data-prefetch="hover">A</a>`);
    await lab.page.run(() => {
      document.querySelector('#a')?.addEventListener('click', async (event) => {
        event.preventDefault();
        const url = /** @type {HTMLAnchorElement} */ (event.currentTarget).href;
        const response = await fetch(url);
        globalThis.shown = [await response.json(), response.headers.get('cache-status')];
      });
    });
    await point(site, '#a');
    await ended(lab, 'hover', 'pending');
    assert.equal(lab.reads(A), 1);
    await site.driver.findElement(By.css('#a')).click();
    const shown = await until(
      () => lab.page.run(() => globalThis.shown),
      'the click has an answer',
    );
    assert.deepEqual(shown[0], { name: A });
    assert.match(shown[1], /everfresh; hit/);
    assert.equal(lab.reads(A), 1);
    await ended(lab, 'hover', 'used');
  });

  scenario('P9: leaving a link aborts its request', async (site) => {
    const lab = await start(site, `<a id="a" href="${A}" data-prefetch="hover">A</a>`);
    lab.relay.hold(GET_A, 'request');
    await point(site, '#a');
    await lab.relay.reached(GET_A, 'request');
    await point(site, 'h1');
    await ended(lab, 'hover', 'aborted');
    await until(() => lab.relay.seen.find(({ path }) => path === A)?.isCut, 'it is aborted');
  });

  scenario('P9: passing over 50 links sends nothing', async (site) => {
    const links = Array.from(
      { length: 50 },
      (_, n) => `<a href="${A}?${n}" data-prefetch="hover">${n}</a>`,
    );
    const lab = await start(site, links.join(''));
    await lab.page.run(async () => {
      for (const link of document.querySelectorAll('a')) {
        const details = { pointerType: 'mouse' };
        link.dispatchEvent(new PointerEvent('pointerenter', details));
        link.dispatchEvent(new PointerEvent('pointerleave', details));
      }
      // Behind every timer of theirs.
      await new Promise((resolve) => setTimeout(resolve, 200));
    });
    await sentOnly(lab, []);
  });

  scenario('P9: pressing a link asks at once, with the mouse or a finger', async (site) => {
    const lab = await start(site, `<a id="a">A</a><a id="b">B</a>`);
    await lab.page.run(
      (a, b) => {
        const { cache } = globalThis.demo;
        for (const [id, url] of [
          ['#a', a],
          ['#b', b],
        ]) {
          const link = document.querySelector(id);
          cache.prefetchOnHover(link, url, { delay: 1_000_000 });
        }
      },
      A,
      B,
    );
    await until(async () => {
      await lab.page.run(() => {
        const details = { pointerType: 'touch', bubbles: true };
        document.querySelector('#b')?.dispatchEvent(new PointerEvent('pointerdown', details));
      });
      return lab.reads(B);
    }, 'the finger has asked');
    const link = await site.driver.findElement(By.css('#a'));
    await site.driver.actions({ async: true }).move({ origin: link }).press().release().perform();
    await until(() => lab.reads(A), 'the mouse has asked');
    await ended(lab, 'hover', 'pending', 2);
  });

  scenario('P9: focus by the keyboard counts as pointing', async (site) => {
    const lab = await start(
      site,
      `<button id="a" data-prefetch="hover" data-prefetch-url="${A}">A</button><button>B</button>`,
    );
    lab.relay.hold(GET_A, 'request');
    await lab.page.press(Key.TAB);
    await lab.relay.reached(GET_A, 'request');
    await lab.page.press(Key.TAB);
    await ended(lab, 'hover', 'aborted');
  });

  scenario(
    'P9: what comes into view is asked for, and what stays there long enough',
    async (site) => {
      const lab = await start(
        site,
        `<div style="height: 5000px"></div><p id="a">A</p><p id="b">B</p>`,
      );
      await lab.page.run(
        (a, b) => {
          const { cache } = globalThis.demo;
          const [one, other] = ['#a', '#b'].map((id) => document.querySelector(id));
          cache.prefetchOnVisible(one, a, { dwell: 1_000_000 });
          cache.prefetchOnVisible(other, b, { dwell: 50, rootMargin: '0px', threshold: 1 });
        },
        A,
        B,
      );
      await sentOnly(lab, []);
      await lab.page.run(() => document.querySelector('#b')?.scrollIntoView());
      await until(() => lab.reads(B), 'it is asked for');
      assert.deepEqual(paths(lab), ['/lab/data/last', B]);
    },
  );

  scenario('P9: elements that come later are heeded, those that go leave nothing', async (site) => {
    const lab = await start(site, '', { head: COUNTING });
    await lab.page.run((url) => {
      const make = () => {
        const link = document.createElement('a');
        link.href = url;
        link.dataset.prefetch = 'hover visible idle';
        return link;
      };
      globalThis.list = document.createElement('div');
      globalThis.list.style.marginTop = '10000px';
      globalThis.list.append(...Array.from({ length: 10_000 }, make));
      document.body.append(globalThis.list);
    }, `${A}#`);
    await until(() => lab.page.run(() => globalThis.observed.size === 10_000), 'all are observed');
    await lab.page.run(() => globalThis.list.remove());
    await until(() => lab.page.run(() => globalThis.observed.size === 0), 'none is observed');
    await lab.page.run((url) => {
      document.body.insertAdjacentHTML(
        'beforeend',
        `<a href="${url}" data-prefetch="visible">B</a>`,
      );
    }, B);
    await until(() => lab.reads(B), 'what came last is asked for');
  });

  scenario('P9: idle moments and batches ask for all of a list, in order', async (site) => {
    const lab = await start(site, '');
    const urls = ['a', 'b', 'c'].map((name) => `/lab/data/${name}`);
    await lab.page.run((urls) => globalThis.demo.cache.prefetchOnIdle(urls), urls);
    await ended(lab, 'idle', 'pending', 3);
    assert.deepEqual(paths(lab), urls);
    const results = await lab.page.run(async () => {
      const item = (/** @type {string} */ name, /** @type {number} */ priority) => ({
        url: `/lab/data/${name}`,
        priority,
      });
      const items = [item('x', 1), '/lab/data/a', item('y', 2)];
      return globalThis.demo.cache.prefetchBatch(items, { concurrency: 1 });
    });
    assert.deepEqual(
      results.map((/** @type {any} */ { status }) => status),
      ['fetched', 'cached', 'fetched'],
    );
    assert.deepEqual(paths(lab).slice(3), ['/lab/data/y', '/lab/data/x']);
  });

  scenario('P9: what must not be asked for ahead of time is not', async (site) => {
    const lab = await start(
      site,
      `<div data-no-prefetch><a id="a" href="${A}" data-prefetch="hover visible idle">A</a></div>
      <form data-prefetch="hover visible idle" action="${A}"><button>Send</button></form>`,
    );
    const press = () =>
      lab.page.run(() => {
        for (const element of document.querySelectorAll('a, button')) {
          element.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
        }
      });
    await press();
    assert.equal(await told(lab, 'https://elsewhere.example/'), 'origin');
    assert.equal(await told(lab, '/lab/data/logout'), 'path');
    assert.equal(await told(lab, '/lab/data/x?action=delete'), 'path');
    await lab.page.run(() => {
      Object.defineProperty(document, 'visibilityState', {
        configurable: true,
        get: () => 'hidden',
      });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    assert.equal(await told(lab, A), 'hidden');
    await lab.page.run(() => {
      Object.defineProperty(document, 'visibilityState', { get: () => 'visible' });
      document.dispatchEvent(new Event('visibilitychange'));
      globalThis.lab.online(false);
    });
    assert.equal(await told(lab, A), 'offline');
    await lab.page.run(() => globalThis.lab.online(true));
    await sentOnly(lab, []);
  });

  scenario('P9: nothing is asked for ahead of time from who saves data', async (site) => {
    const lab = await start(site, '', {
      head: `<script>Object.defineProperty(navigator, 'connection', {
        value: Object.assign(new EventTarget(), { effectiveType: '4g', saveData: true }),
      });</script>`,
    });
    assert.equal(await told(lab, A), 'data-saver');
    await lab.page.run(() => {
      const connection = /** @type {any} */ (navigator).connection;
      Object.assign(connection, { saveData: false }).dispatchEvent(new Event('change'));
    });
    await sentOnly(lab, []);
  });

  scenario(
    'P9: what the page asks for meanwhile joins the request, which is then its own',
    async (site) => {
      const lab = await start(site, '');
      lab.relay.hold(GET_A, 'request');
      const statuses = lab.page.run(async (url) => {
        const controller = new AbortController();
        const { signal } = controller;
        const prefetching = globalThis.demo.cache.prefetch(url, { trigger: 'hover', signal });
        await new Promise((resolve) => {
          const stop = globalThis.demo.cache.events((event) => {
            if (event.type === 'prefetch' && event.state === 'sent') resolve(stop);
          });
        });
        const fetching = fetch(url);
        controller.abort();
        const { status } = await prefetching;
        return [status, (await fetching).status];
      }, A);
      await lab.relay.reached(GET_A, 'request');
      lab.relay.release(GET_A, 'request');
      assert.deepEqual(await statuses, ['aborted', 200]);
      assert.equal(lab.reads(A), 1);
      await ended(lab, 'hover', 'used');
    },
  );

  scenario('P9: the drop-in heeds the marks in a page', async ({ page, driver }) => {
    await driver.get(`${page.origin}/dropin/`);
    const status = await page.run(async () => {
      const cache = await globalThis.everfresh.ready;
      const used = new Promise((resolve) => {
        cache.events((event) => event.type === 'prefetch' && resolve(event.trigger));
      });
      const markup = '<p data-prefetch="visible" data-prefetch-url="/studio/api/scenes/1">A</p>';
      document.body.insertAdjacentHTML('afterbegin', markup);
      return used;
    });
    assert.equal(status, 'visible');
  });

  scenario('P9: the drop-in leaves the marks alone where it is told to', async (site) => {
    const relay = await Relay.start(site);
    relay.answer = ({ path }) => {
      const body = path === '/' ? marked(A) : { path };
      return path === '/' || path.startsWith('/lab/') ? { body } : undefined;
    };
    await site.driver.get(`${relay.origin}/`);
    await site.pageOf(relay).run(async (url) => {
      const cache = await globalThis.everfresh.ready;
      await cache.prefetch(`${url}?before`);
      document
        .querySelector('a')
        ?.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
      await cache.prefetch(`${url}?after`, { priority: 0 });
    }, B);
    const asked = relay.seen.map(({ path }) => path).filter((path) => path.startsWith('/lab/'));
    assert.deepEqual(asked, [`${B}?before`, `${B}?after`]);
  });

  scenario('P7: without its script prefetching is off, and all else works', async (site) => {
    const packaged = copyOf(site, built);
    rmSync(join(packaged, 'everfresh.prefetch.js'));
    const lab = await start(site, `<a href="${A}" data-prefetch="visible">A</a>`, { packaged });
    assert.equal(await told(lab, A), 'off');
    assert.deepEqual(paths(lab), []);
    assert.equal((await lab.page.read(A)).status, 200);
  });
});

/** A page with the drop-in, which is told to leave its marks alone. @param {string} url */
const marked = (url) => `<!doctype html><link rel="icon" href="/shared/icon.svg">
  <script src="/pkg/everfresh.auto.js" data-prefetch-html="false"></script>
  <a href="${url}" data-prefetch="hover visible idle">A</a>`;

/**
 * A page with this markup, whose marks are heeded.
 *
 * @param {import('./support/suite.mjs').Site} site
 * @param {string} markup
 * @param {import('./support/lab.mjs').LabOptions} [options]
 */
async function start(site, markup, options = {}) {
  const lab = await Lab.start(site, { options: 'prefetchHtml: true', ...options });
  for (const name of ['a', 'b', 'c', 'x', 'y', 'last']) {
    lab.data.set(`/lab/data/${name}`, { name: `/lab/data/${name}` });
  }
  await lab.open();
  await lab.page.run((markup) => {
    document.body.insertAdjacentHTML('afterbegin', `<h1>Prefetching</h1>${markup}`);
    // The triggers are loaded by the time that this is done.
    return globalThis.demo.cache.prefetchBatch([]);
  }, markup);
  return lab;
}

/**
 * Moves the mouse to an element.
 *
 * @param {import('./support/suite.mjs').Site} site
 * @param {string} selector
 */
async function point({ driver }, selector) {
  const origin = await driver.findElement(By.css(selector));
  // Where the mouse is already, WebKit tells of no move.
  const away = driver.actions({ async: true }).move({ x: 1, y: 1, duration: 0 });
  await away.move({ origin, duration: 0 }).perform();
}

/**
 * Waits until so many prefetches of a trigger have ended so.
 *
 * @param {Lab} lab
 * @param {string} trigger
 * @param {string} end
 * @param {number} [count]
 */
async function ended(lab, trigger, end, count = 1) {
  let stats = {};
  const done = async () => {
    stats = await lab.page.run(() => globalThis.demo.cache.prefetchStats());
    const asked = await lab.page.run(() => globalThis.demo.cache.entries().length);
    return stats[trigger]?.[end] === count && (end !== 'pending' || asked >= count);
  };
  try {
    await until(done, '');
  } catch {
    assert.equal(stats[trigger]?.[end], count, `${trigger} ${end} in ${JSON.stringify(stats)}`);
  }
}

/** Why a URL is not prefetched. @param {Lab} lab @param {string} url @returns {Promise<string>} */
async function told(lab, url) {
  const { reason } = await lab.page.run((url) => globalThis.demo.cache.prefetch(url), url);
  return reason;
}

/** The paths of the data that was read, in order. @param {Lab} lab */
function paths({ relay }) {
  return relay.seen.map(({ path }) => path).filter((path) => path.startsWith('/lab/data/'));
}

/**
 * Nothing but this has been sent, nor was waiting to be: what the page asks for last comes behind that.
 *
 * @param {Lab} lab
 * @param {string[]} expected
 */
async function sentOnly(lab, expected) {
  const last = '/lab/data/last';
  const options = { priority: 0 };
  const work = (/** @type {string} */ url, /** @type {object} */ options) =>
    globalThis.demo.cache.prefetch(url, options);
  const { status } = await lab.page.run(work, last, options);
  assert.equal(status, 'fetched');
  assert.deepEqual(paths(lab), [...expected, last]);
}
