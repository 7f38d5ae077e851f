// An application of Vite and React that has installed the tarball: as it is developed, and as it is built.
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { By } from 'selenium-webdriver';
import { freePort, Program } from '../e2e/support/processes.mjs';
import { until } from '../e2e/support/until.mjs';
import { browser, siteOf } from './support/browser.mjs';
import { checkCaching } from './support/caching.mjs';
import { Project, projects } from './support/project.mjs';
import { STRICT } from './support/site.mjs';

const there = browser();
/** @type {Project} */
let project;

before(() => {
  project = Project.install(join(projects, 'vite-react'));
});
after(() => project?.remove());

for (const base of ['/', '/sub/']) {
  test(`P1: the page that Vite builds for ${base} caches, under a strict policy`, async (t) => {
    project.run('npm', ['run', 'build', '--', '--base', base]);
    const site = await siteOf(t, { folder: join(project.folder, 'dist'), base, policy: STRICT });
    await checkCaching(there.session, site);
    await watches(/^version 2$/);
  });

  test(`P1: the page that Vite serves while it is developed caches, at ${base}`, async (t) => {
    const site = await siteOf(t);
    await checkCaching(there.session, site, await serve(t, site, base));
    await watches(/^version 2$/);
  });
}

/**
 * Waits until a hook shows this of what `fetch` has read.
 *
 * @param {RegExp} pattern
 */
async function watches(pattern) {
  const watched = there.session.driver.findElement(By.id('watched'));
  await until(async () => pattern.test(await watched.getText()), `the hook shows ${pattern}`);
}

/**
 * Starts Vite's own server, which ends with the test.
 *
 * @param {import('node:test').TestContext} t
 * @param {import('./support/site.mjs').Site} site the application's server
 * @param {string} base
 */
async function serve(t, site, base) {
  const vite = join(project.folder, 'node_modules/vite/bin/vite.js');
  const port = await freePort();
  const options = ['--host', '127.0.0.1', '--port', `${port}`, '--strictPort', '--base', base];
  const program = new Program(process.execPath, [vite, project.folder, ...options], {
    env: { ...process.env, API: site.origin },
  });
  t.after(() => program.stop());
  const url = `http://127.0.0.1:${port}${base}`;
  const answers = () =>
    fetch(url).then(
      ({ ok }) => ok,
      () => program.check(),
    );
  await until(answers, 'Vite answers');
  return url;
}
