// The frame of the overlay: how it is opened and closed, where it lies, and what there is of it before.
import assert from 'node:assert/strict';
import { Key } from 'selenium-webdriver';
import { Lab } from './support/lab.mjs';
import { Overlay } from './support/overlay.mjs';
import { suite } from './support/suite.mjs';
import { until } from './support/until.mjs';

const SCRIPT = /everfresh\.devtools\.js$/;

suite((scenario) => {
  scenario('it is opened and closed by its keys, and gives the focus back', async (site) => {
    const lab = await Lab.start(site, { head: '<button id="before">Before</button>' });
    await lab.open();
    const overlay = new Overlay(lab.page);
    await lab.page.run(() => document.getElementById('before').focus());
    await overlay.open();
    assert.equal(await overlay.focused(), 'tab-overview');
    await overlay.type(Key.ESCAPE);
    await until(async () => !(await overlay.isOpen()), 'Esc closes it');
    assert.equal(await overlay.focused(), 'before');
    await overlay.open();
    await overlay.press('d');
    await until(async () => !(await overlay.isOpen()), 'its keys close it');
    assert.equal(await overlay.focused(), 'before');
  });

  scenario('before it is opened there is one listener of it, and no byte', async (site) => {
    const head = `<script>
      globalThis.listeners = [];
      const add = EventTarget.prototype.addEventListener;
      EventTarget.prototype.addEventListener = function (type, ...rest) {
        if (/^key/.test(type)) globalThis.listeners.push(type);
        return add.call(this, type, ...rest);
      };</script>`;
    const lab = await Lab.start(site, { head });
    await lab.open();
    const loaded = () =>
      lab.page.run(() => performance.getEntriesByType('resource').map(({ name }) => name));
    assert.deepEqual(await lab.page.run(() => globalThis.listeners), ['keydown']);
    assert.deepEqual(
      (await loaded()).filter((name) => SCRIPT.test(name)),
      [],
    );
    await new Overlay(lab.page).open();
    assert.equal((await loaded()).filter((name) => SCRIPT.test(name)).length, 1);
  });

  scenario(
    'it docks to every side, floats, is made larger by keys, and remembers',
    async (site) => {
      const lab = await Lab.start(site);
      await lab.open();
      const overlay = await new Overlay(lab.page).open();
      for (const dock of ['left', 'right', 'float', 'bottom']) {
        await overlay.click(`dock-${dock}`);
        await until(async () => (await overlay.attribute('frame', 'data-dock')) === dock, dock);
      }
      const before = Number(await overlay.attribute('grip', 'aria-valuenow'));
      await overlay.focus('grip');
      await overlay.type(Key.ARROW_UP, Key.ARROW_UP);
      await until(
        async () => Number(await overlay.attribute('grip', 'aria-valuenow')) === before + 48,
        'it is higher',
      );
      await overlay.click('dock-right');
      await lab.page.refresh();
      await overlay.open();
      assert.equal(await overlay.attribute('frame', 'data-dock'), 'right');
    },
  );

  scenario('its panels are gone through by arrow keys', async (site) => {
    const lab = await Lab.start(site);
    await lab.open();
    const overlay = await new Overlay(lab.page).open();
    const [first, second] = await overlay.tabs();
    assert.equal(await overlay.focused(), first);
    await overlay.type(Key.ARROW_RIGHT);
    await until(async () => (await overlay.focused()) === second, 'the next tab');
    assert.equal(await overlay.attribute(second, 'aria-selected'), 'true');
    await overlay.type(Key.HOME);
    await until(async () => (await overlay.focused()) === first, 'the first tab');
  });

  scenario(
    'it is off where the page says so, and its keys are what the page says',
    async (site) => {
      const off = await Lab.start(site, { options: 'devtools: false' });
      await off.open();
      const overlay = new Overlay(off.page);
      await overlay.press('d');
      const refused = await off.page.run(() =>
        globalThis.demo.cache.devtools.open().catch(({ code }) => code),
      );
      assert.equal(refused, 'devtools-off');
      assert.equal(await overlay.isOpen(), false);

      const other = await Lab.start(site, { options: "devtools: { shortcut: 'Ctrl+Shift+KeyK' }" });
      await other.open();
      await overlay.press('k');
      await until(() => overlay.isOpen(), 'its own keys open it');
    },
  );

  scenario('under a strict policy and trusted types it looks as ever', async (site) => {
    const policy = [
      "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'",
      "style-src 'self'",
      "require-trusted-types-for 'script'",
    ].join('; ');
    const head = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
    const lab = await Lab.start(site, { head });
    await lab.open();
    const overlay = await new Overlay(lab.page).open();
    for (const tab of await overlay.tabs()) {
      await overlay.click(tab);
      await overlay.find(tab.replace('tab-', 'panel-'));
    }
    assert.equal(await overlay.style('frame', 'position'), 'fixed');
    assert.deepEqual(await site.session.complaints(), []);
  });

  scenario('a button opens it, where the page wants one', async (site) => {
    const lab = await Lab.start(site, { options: 'devtools: { button: true }' });
    await lab.open();
    const overlay = new Overlay(lab.page);
    await overlay.focus('offer');
    await overlay.type(Key.ENTER);
    await until(() => overlay.isOpen(), 'the button opens it');
    await overlay.click('close');
    await until(async () => !(await overlay.isOpen()), 'it is closed');
    assert.equal(await overlay.focused(), 'offer');
  });
});
