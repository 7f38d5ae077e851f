// The examples, built with the tarball as their readers would build them.
import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { By } from 'selenium-webdriver';
import { until } from '../e2e/support/until.mjs';
import { browser, siteOf } from './support/browser.mjs';
import { Project, root } from './support/project.mjs';

const there = browser();

const examples = join(root, 'examples');
const names = readdirSync(examples);

test('each example has a note that says how it is run', () => {
  assert.deepEqual(
    names.filter((name) => !existsSync(join(examples, name, 'README.md'))),
    [],
  );
});

for (const name of names.filter((name) => existsSync(join(examples, name, 'package.json')))) {
  test(`examples/${name} builds`, (t) => {
    const project = Project.install(join(examples, name));
    t.after(() => project.remove());
    project.run('npm', ['run', 'build']);
  });
}

test('P1: the plain page reads from memory, and from the network what was dropped', async (t) => {
  const project = Project.install();
  t.after(() => project.remove());
  const folder = join(project.folder, 'page');
  cpSync(join(examples, 'plain-html'), folder, { recursive: true });
  for (const file of ['everfresh.auto.js', 'everfresh.wasm']) {
    cpSync(join(project.installed, 'dist', file), join(folder, file));
  }
  const site = await siteOf(t, { folder });
  const { driver } = there.session;
  await driver.get(site.origin);
  await driver.executeScript('return everfresh.ready.then(() => {})');
  /** @param {string} button @param {RegExp} from */
  const click = async (button, from) => {
    await driver.findElement(By.id(button)).click();
    const shown = async () => from.test(await driver.findElement(By.id('from')).getText());
    await until(shown, `after ${button} it says ${from}`);
  };
  await click('read', /^the network$/);
  await click('read', /^everfresh; hit;/);
  await click('drop', /^nowhere$/);
  await click('read', /^the network$/);
});
