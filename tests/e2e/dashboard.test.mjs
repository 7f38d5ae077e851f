// The dashboard: what it shows of what was done, how it is used, and that nothing it shows can do anything.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Key } from 'selenium-webdriver';
import { Lab } from './support/lab.mjs';
import { Overlay } from './support/overlay.mjs';
import { suite } from './support/suite.mjs';
import { until } from './support/until.mjs';

const PATH = '/lab/data/a';
const HOSTILE = '<img src=x onerror=globalThis.hacked=1>';
const AXE = readFileSync(
  new URL('../../node_modules/axe-core/axe.min.js', import.meta.url),
  'utf8',
);
/** Notes what the dashboard begins, and hands out as a file. */
const SPIES = `<button id="before">Before</button><script>
  globalThis.intervals = new Map();
  const { setInterval: set, clearInterval: clear } = globalThis;
  globalThis.setInterval = (work, time) => {
    const id = set(work, time);
    intervals.set(id, time);
    return id;
  };
  globalThis.clearInterval = (id) => { intervals.delete(id); clear(id); };
  globalThis.files = [];
  const make = URL.createObjectURL;
  URL.createObjectURL = (blob) => { blob.text().then((text) => files.push(text)); return make(blob); };
  HTMLAnchorElement.prototype.click = function () { globalThis.saved = this.download; };
</script>`;

suite((scenario, engine) => {
  scenario('it shows what was done, in all and by group', async (site) => {
    const { lab, overlay } = await opened(site);
    await overlay.says('total-hits', '3');
    await overlay.says('total-misses', '1');
    await overlay.says('total-hit-rate', '75 %');
    await overlay.says('total-requests', '2');
    await overlay.says('total-errors', '0');
    await overlay.says('total-invalidations', '1');
    await overlay.says('total-invalidated', '1');
    await overlay.says('groups', /^By layer.*memory100 %300 ms.*network0 %01/);
    await choose(lab, 'group-by', 'route');
    await overlay.says('groups', /^By route.*\/lab\/data\/\*75 %31/);
    await choose(lab, 'group-by', 'operation');
    await overlay.says('groups', /^By operation.*read75 %31.*write–00/);
    for (const [range, steps] of Object.entries({
      '6h': 72,
      '24h': 96,
      '7d': 168,
      '30d': 120,
      '1h': 60,
    })) {
      await overlay.click(`range-${range}`);
      await overlay.says('total-hits', '3');
      assert.equal(await overlay.attribute(`range-${range}`, 'aria-pressed'), 'true');
      const report = await lab.page.run((range) => globalThis.demo.cache.report({ range }), range);
      assert.equal(report.series.length, steps);
    }
    await overlay.click('rows-reads');
    await overlay.find('table-reads');
    const sums = await lab.page.run(() => {
      const root = document.querySelector('everfresh-devtools')?.shadowRoot;
      const rows = [...(root?.querySelectorAll('[data-testid=table-reads] tbody tr') ?? [])];
      const sum = (/** @type {number} */ at) =>
        rows.reduce((all, row) => all + Number(row.children[at].textContent), 0);
      return [rows.length, sum(1), sum(2), sum(3)];
    });
    assert.deepEqual(sums, [60, 3, 0, 1]);
    const plots = await lab.page.run(
      () =>
        document.querySelector('everfresh-devtools')?.shadowRoot?.querySelectorAll('canvas').length,
    );
    assert.equal(plots, 4);
  });

  scenario('it is opened by its keys, closed by Esc, and gives the focus back', async (site) => {
    const lab = await prepared(site);
    const overlay = new Overlay(lab.page);
    await lab.page.run(() => document.getElementById('before')?.focus());
    await overlay.press('m');
    await overlay.find('chart-reads');
    assert.equal(await overlay.focused(), 'tab-dashboard');
    await overlay.focus('range-6h');
    await overlay.type(Key.SPACE);
    await until(
      async () => (await overlay.attribute('range-6h', 'aria-pressed')) === 'true',
      'the range is chosen by keys',
    );
    await overlay.type(Key.ESCAPE);
    await until(async () => !(await overlay.isOpen()), 'Esc closes it');
    assert.equal(await overlay.focused(), 'before');
    await until(async () => (await refreshes(lab)).length === 0, 'nothing of it goes on');
  });

  scenario('it looks again every 5 seconds, unless it is paused', async (site) => {
    const { lab, overlay } = await opened(site);
    await overlay.says('total-hits', '3');
    assert.deepEqual(await refreshes(lab), [5_000]);
    await lab.page.run(async (path) => (await fetch(path)).text(), PATH);
    await overlay.says('total-misses', '2');
    await overlay.click('pause');
    assert.equal(await overlay.attribute('pause', 'aria-pressed'), 'true');
    assert.deepEqual(await refreshes(lab), []);
    await overlay.click('pause');
    assert.deepEqual(await refreshes(lab), [5_000]);
  });

  scenario('what is exported is what is shown', async (site) => {
    const { lab, overlay } = await opened(site);
    await overlay.says('total-hits', '3');
    await overlay.click('range-24h');
    await choose(lab, 'group-by', 'operation');
    await overlay.says('groups', /^By operation/);
    const file = async (/** @type {number} */ at) =>
      until(() => lab.page.run((at) => globalThis.files[at], at), 'a file is saved');
    await overlay.click('export-json');
    const report = JSON.parse(await file(0));
    assert.equal(await lab.page.run(() => globalThis.saved), 'everfresh-24h-operation.json');
    assert.deepEqual(
      [report.range, report.groupBy, report.total.hits, report.series.length],
      ['24h', 'operation', 3, 96],
    );
    await overlay.click('export-csv');
    const rows = (await file(1)).trimEnd().split('\r\n');
    assert.equal(rows.length, 1 + 1 + report.groups.length + 96);
    const [head, total] = rows.map((/** @type {string} */ row) => row.split(','));
    const csv = Object.fromEntries(
      head.map((/** @type {string} */ name, /** @type {number} */ at) => [name, total[at]]),
    );
    for (const name of ['hits', 'misses', 'requests', 'invalidated']) {
      assert.equal(csv[name], `${report.total[name]}`, name);
    }
  });

  scenario('a server is asked where that is wanted, and a failure is told', async (site) => {
    const { lab, overlay } = await opened(site);
    await overlay.says('total-hits', '3');
    const report = await lab.page.run(() => globalThis.demo.cache.report());
    report.total.hits = 41;
    report.groups[0].name = HOSTILE;
    lab.data.set('/lab/server/metrics?range=1h&groupBy=layer&format=json', report);
    await overlay.fill('base', '/lab/server/');
    await choose(lab, 'source', 'a server');
    await overlay.says('total-hits', '41');
    assert.match(`${await overlay.text('groups')}`, /<img src=x/);
    await overlay.fill('base', '/lab/nowhere');
    await overlay.says('status', /There is no report: 404/);
    await choose(lab, 'source', 'this browser');
    await overlay.says('total-hits', '3');
    assert.equal(await lab.page.run(() => globalThis.hacked ?? 0), 0);
  });

  scenario('the server of the demo tells what its own cache did, and how it does', async (site) => {
    const server = await site.server({});
    const page = site.pageOf(server);
    await page.open('/studio/');
    for (let times = 0; times < 41; times += 1) {
      await server.read('/studio/api/stories/42');
    }
    const report = await server.read('/_everfresh/metrics?range=6h&groupBy=route');
    assert.ok(report.total.hits >= 40, `${report.total.hits}`);
    const overlay = new Overlay(page);
    await overlay.press('m');
    await overlay.find('chart-reads');
    await choose({ page }, 'source', 'a server');
    for (const base of ['/_everfresh', '/studio/api/cache']) {
      await overlay.fill('base', base);
      await overlay.says('total-hits', `${report.total.hits}`);
      await overlay.says('status', /health: ok/);
    }
    await overlay.click('range-6h');
    await choose({ page }, 'group-by', 'route');
    await overlay.says('groups', /^By route.*\/studio\/api\//);
    await overlay.says('total-hits', `${report.total.hits}`);
    const cleared = await fetch(`${server.origin}/_everfresh/metrics`, { method: 'DELETE' });
    assert.equal(cleared.status, 204);
    await overlay.says('total-hits', '0');
  });

  scenario('P8: what is hostile is text', async (site) => {
    const lab = await prepared(site, { 'x-cache-tags': `"${HOSTILE}"` });
    const overlay = new Overlay(lab.page);
    await overlay.press('m');
    await overlay.find('chart-reads');
    await choose(lab, 'group-by', 'tag');
    await overlay.says('groups', /<img src=x onerror=globalThis\.hacked=1>/);
    const found = await lab.page.run(() => {
      const root = document.querySelector('everfresh-devtools')?.shadowRoot;
      return [root?.querySelectorAll('img').length, globalThis.hacked ?? 0];
    });
    assert.deepEqual(found, [0, 0]);
  });

  // The other drivers' own scripts are refused by such a policy.
  if (engine === 'chromium') {
    scenario('under a strict policy for scripts and styles it is the same', async (site) => {
      const policy = `default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'self';
      require-trusted-types-for 'script'`;
      const lab = await prepared(
        site,
        {},
        `<meta http-equiv="content-security-policy" content="${policy.replace(/\s+/g, ' ')}">
      <script>globalThis.refused = [];
      addEventListener('securitypolicyviolation', (event) => refused.push(event.effectiveDirective));</script>`,
      );
      const overlay = new Overlay(lab.page);
      await overlay.press('m');
      await overlay.says('total-hits', '3');
      assert.deepEqual(await lab.page.run(() => globalThis.refused), []);
    });
  }

  scenario('it can be used by everybody', async (site) => {
    const { lab, overlay } = await opened(site);
    await overlay.says('total-hits', '3');
    await overlay.click('rows-reads');
    await overlay.find('table-reads');
    await lab.page.driver.executeScript(AXE);
    const schemes = engine === 'chromium' ? ['light', 'dark'] : ['light'];
    for (const value of schemes) {
      if (engine === 'chromium') {
        await /** @type {any} */ (lab.page.driver).sendDevToolsCommand(
          'Emulation.setEmulatedMedia',
          {
            features: [{ name: 'prefers-color-scheme', value }],
          },
        );
      }
      const violations = await lab.page.run(async () => {
        const found = await globalThis.axe.run('everfresh-devtools');
        return found.violations.map((/** @type {any} */ { id, nodes }) => [
          id,
          ...nodes.map(
            (/** @type {any} */ { html, failureSummary }) => `${html} ${failureSummary}`,
          ),
        ]);
      });
      assert.deepEqual(violations, [], value);
    }
  });
});

/** A page on which there were a miss, three hits, and a write that named what was read. */
async function prepared(
  /** @type {import('./support/suite.mjs').Site} */ site,
  /** @type {Record<string, string>} */ headers = {},
  head = SPIES,
) {
  const lab = await Lab.start(site, { head });
  lab.data.set(PATH, { a: 1 });
  const { answer } = lab.relay;
  lab.relay.answer = async (asked) => {
    const given = await answer?.(asked);
    return asked.path === PATH && asked.method === 'GET' ? { ...given, headers } : given;
  };
  lab.auto = () => ({ headers: { 'x-cache-invalidate': `"${PATH}"` } });
  await lab.open();
  await lab.page.run(async (path) => {
    const demo = globalThis.demo;
    await demo.ready;
    await demo.cache.query(path);
    for (let times = 0; times < 3; times += 1) {
      await demo.cache.query(path);
    }
    await fetch(path, { method: 'PATCH' });
  }, PATH);
  return lab;
}

/** @param {import('./support/suite.mjs').Site} site */
async function opened(site) {
  const lab = await prepared(site);
  const overlay = new Overlay(lab.page);
  await overlay.press('m');
  await overlay.find('chart-reads');
  return { lab, overlay };
}

/** The times after which something is done again and again, as the dashboard does. @param {Lab} lab */
function refreshes(lab) {
  return lab.page.run(() => [...globalThis.intervals.values()].filter((time) => time === 5_000));
}

/**
 * Chooses an option by its text.
 *
 * @param {Pick<Lab, 'page'>} lab
 * @param {string} testid
 * @param {string} text
 */
async function choose({ page }, testid, text) {
  await page.run(
    (testid, text) => {
      const root = document.querySelector('everfresh-devtools')?.shadowRoot;
      const select = /** @type {HTMLSelectElement} */ (
        root?.querySelector(`select[data-testid=${testid}]`)
      );
      select.selectedIndex = [...select.options].findIndex((option) => option.text === text);
      select.dispatchEvent(new Event('change', { bubbles: true }));
    },
    testid,
    text,
  );
}
