// Where nothing is cached, the page's fetch is the browser's own, as far as a page can tell.
import assert from 'node:assert/strict';
import { Depot } from './support/depot.mjs';
import { freePort } from './support/processes.mjs';
import { suite } from './support/suite.mjs';

const EDITOR = '/studio/?story=42&chapter=1&scene=1';

/** Calls of fetch that no rule concerns: its arguments, as source text. */
const ANSWERED = [
  `'/everfresh.json'`,
  `'everfresh.json#part'`,
  `'/studio'`,
  `'/no/such/page'`,
  `new Request('/everfresh.json', { headers: { accept: 'application/json' } })`,
  `new URL('/everfresh.json', location.href)`,
  `'/everfresh.json', { method: 'HEAD' }`,
  `'/everfresh.json', { cache: 'no-store', credentials: 'omit' }`,
  `'/_demo/echo-header?value=nothing', { method: 'POST' }`,
  `'/_demo/state', { method: 'PATCH', body: '{}', headers: { 'content-type': 'application/json' } }`,
  `'data:text/plain,hello'`,
  `URL.createObjectURL(new Blob(['hello']))`,
];

/** Calls that fail. `CLOSED` is an origin where nobody listens. */
const FAILING = [
  ``,
  `'CLOSED/'`,
  `'CLOSED/', { method: 'POST', body: 'x' }`,
  `'http://['`,
  `'/x', { method: 'TRACE' }`,
  `'/x', { method: 'no method' }`,
  `'/x', { body: 'x' }`,
  `'/x', { headers: { 'no header': 'x' } }`,
  `'/x', { mode: 'navigate' }`,
  `'/x', { cache: 'only-if-cached' }`,
  `'/x', { signal: AbortSignal.abort('mine') }`,
  `'/x', { signal: AbortSignal.abort() }`,
  `'/x', 7`,
  `'http://user:pass@127.0.0.1/'`,
  `'about:blank'`,
  `Symbol('x')`,
  `'/studio', { redirect: 'error' }`,
];

suite((scenario) => {
  scenario(
    'P9: an answer that no rule concerns is the native one, property by property',
    async ({ page }) => {
      await open(page);
      await page.run(haveNative);
      for (const call of ANSWERED) {
        const [ours, native] = await page.run(describeBoth, call);
        assert.equal(ours.error, undefined, call);
        assert.deepEqual(ours, native, call);
      }
    },
  );

  scenario('P9: what fails, fails as native fetch does', async ({ page }) => {
    const closed = `http://127.0.0.1:${await freePort()}`;
    await open(page);
    await page.run(haveNative);
    for (const call of FAILING) {
      const [ours, native] = await page.run(describeBoth, call.replace('CLOSED', closed));
      assert.notEqual(native.error, undefined, `${call} fails`);
      assert.deepEqual(ours, native, call);
    }
    const strange = await page.run(async () => {
      const reason = (of) => of.call({}, '/everfresh.json').catch((error) => `${error}`);
      return [
        await reason(fetch),
        await reason(document.querySelector('iframe').contentWindow.fetch),
      ];
    });
    assert.equal(strange[0], strange[1]);
  });

  scenario(
    'P9: a write and a cached read that get no answer fail as native fetch does',
    async ({ page, demo }) => {
      await open(page);
      await page.run(haveNative);
      await demo.set({ dropNextAnswers: 2 });
      await page.run(() => {
        globalThis.unhandled = [];
        addEventListener('unhandledrejection', ({ reason }) =>
          globalThis.unhandled.push(`${reason}`),
        );
      });
      const write = `'/studio/api/scenes/1', { method: 'PATCH', body: '{"title":"x"}' }`;
      const [ours, native] = await page.run(describeBoth, write);
      assert.notEqual(native.error, undefined);
      assert.deepEqual(ours, native);

      const [aborted, nativelyAborted] = await page.run(async () => {
        const reasons = [];
        for (const ask of [fetch, globalThis.native]) {
          const controller = new AbortController();
          const asked = ask('/studio/api/scenes/9', { signal: controller.signal });
          controller.abort();
          const isReason = (error) => error === controller.signal.reason;
          reasons.push(await asked.catch((error) => [error.name, isReason(error)]));
        }
        return reasons;
      });
      // The reason is what the standard says; WebKit makes an error of its own.
      assert.deepEqual(aborted, ['AbortError', true]);
      assert.equal(nativelyAborted[0], 'AbortError');
      assert.deepEqual(await page.run(() => globalThis.unhandled), []);
    },
  );

  scenario('P9: the function itself looks native', async ({ page }) => {
    await open(page);
    await page.run(haveNative);
    const [ours, native] = await page.run(() => {
      const describe = (of, scope) => {
        const { value, ...flags } = Object.getOwnPropertyDescriptor(scope, 'fetch');
        let constructed = 'constructed';
        try {
          new of('/');
        } catch (error) {
          constructed = error.name;
        }
        // A proxy shows another name in its text, or none.
        const source = Function.prototype.toString.call(of).replace(/\s+/g, ' ');
        const text = source.replace(/^function \w*\(/, 'function (');
        return {
          ...flags,
          name: of.name,
          length: of.length,
          own: Object.keys(of),
          text,
          constructed,
        };
      };
      const frame = document.querySelector('iframe').contentWindow;
      return [describe(fetch, window), describe(frame.fetch, frame)];
    });
    assert.deepEqual(ours, native);
    const same = await page.run(async () => {
      const response = await fetch('/everfresh.json');
      const { constructor: made } = response;
      return [
        made === Response,
        response instanceof Response,
        Object.getOwnPropertyNames(response),
      ];
    });
    assert.deepEqual(same, [true, true, []]);
  });

  scenario('P9: a stream arrives in the pieces in which it was sent', async (site) => {
    const { page } = site;
    const depot = await Depot.start(site);
    await open(page);
    // Pieces large enough for a browser to hand them on.
    const pieces = ['a', 'b', 'c'].map((letter) => letter.repeat(20_000));
    await page.run((url) => {
      const read = async () => {
        const response = await fetch(url);
        globalThis.reader = response.body.getReader();
      };
      globalThis.opened = read();
    }, `${depot.origin}/stream`);
    for (const piece of pieces) {
      await depot.send(piece);
      const got = await page.run(async (length) => {
        await globalThis.opened;
        let text = '';
        while (text.length < length) {
          const { value } = await globalThis.reader.read();
          text += new TextDecoder().decode(value);
        }
        return text;
      }, piece.length);
      assert.equal(got, piece);
    }
    depot.finish();
    assert.equal(await page.run(async () => (await globalThis.reader.read()).done), true);
  });

  scenario('P9: an abort breaks off a stream', async (site) => {
    const { page } = site;
    const depot = await Depot.start(site);
    await open(page);
    await page.run((url) => {
      globalThis.controller = new AbortController();
      globalThis.text = fetch(url, { signal: globalThis.controller.signal })
        .then((response) => response.text())
        .catch((error) => `${error.name}`);
    }, `${depot.origin}/stream`);
    await depot.send('a'.repeat(20_000));
    const name = await page.run(() => {
      globalThis.controller.abort();
      return globalThis.text;
    });
    assert.equal(name, 'AbortError');
  });

  scenario(
    'P9: after uninstall() fetch is the native function again, and nothing is kept',
    async ({ page }) => {
      await open(page);
      assert.equal((await page.read('/studio/api/scenes/1')).from, 'memory');
      await page.run(() => globalThis.demo.cache.uninstall());
      assert.equal((await page.read('/studio/api/scenes/1')).from, 'network');
      assert.equal((await page.read('/studio/api/scenes/1')).from, 'network');
      await page.holds([]);
      await page.run(() => globalThis.demo.cache.install());
      await page.read('/studio/api/scenes/1');
      assert.equal((await page.read('/studio/api/scenes/1')).from, 'memory');
    },
  );
});

/**
 * Opens a page whose fetch is wrapped.
 *
 * @param {import('./support/page.mjs').Page} page
 */
async function open(page) {
  await page.open(EDITOR);
  assert.equal(await page.run(() => globalThis.demo.cache.installed), true, 'fetch is wrapped');
}

/** Leaves the native function of a frame as `globalThis.native`. */
function haveNative() {
  const frame = document.createElement('iframe');
  frame.hidden = true;
  document.body.append(frame);
  const { contentWindow } = frame;
  globalThis.native = (...args) => contentWindow.fetch.apply(undefined, args);
}

/**
 * What the page's fetch and the native one make of the same call.
 *
 * @param {string} call the arguments, as source text
 */
async function describeBoth(call) {
  const describe = async (ask) => {
    try {
      const response = await ask();
      const { status, statusText, ok, type, url, redirected, bodyUsed } = response;
      const headers = [...response.headers].filter(([name]) => name !== 'date');
      const tag = Object.prototype.toString.call(response);
      const text = await response.text();
      const after = response.bodyUsed;
      const where = url.replace(/^blob:.*/, 'blob');
      return {
        status,
        statusText,
        ok,
        type,
        where,
        redirected,
        bodyUsed,
        headers,
        tag,
        text,
        after,
      };
    } catch (error) {
      // Where they name it, browsers tell the function's global object.
      return { error: error?.name ?? `${error}`, message: error?.message };
    }
  };
  const asking = (name) => Function(`return (async () => ${name}(${call}))`)();
  return [await describe(asking('fetch')), await describe(asking('native'))];
}
