// A page without any build: the drop-in as a script tag, as `cargo xtask pack` prints it, and files beside the page.
import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { browser, siteOf } from './support/browser.mjs';
import { checkCaching, checkWithout } from './support/caching.mjs';
import { Project, projects, root } from './support/project.mjs';
import { STRICT } from './support/site.mjs';

const WASM = 'everfresh.wasm';

/** The builds, and the files that each consists of. */
const BUILDS = {
  'everfresh.auto.js': ['everfresh.auto.js', WASM],
  'everfresh.auto.single.js': ['everfresh.auto.single.js'],
};

const there = browser();
/** @type {Project} */
let project;

before(() => {
  project = Project.install();
});
after(() => project?.remove());

for (const build of Object.keys(BUILDS)) {
  test(`P1: a page with ${build}, its hash and a strict policy caches`, async (t) => {
    const site = await siteOf(t, { folder: page(build), policy: STRICT });
    await checkCaching(there.session, site);
  });

  test(`P7: where the policy forbids wasm, a page with ${build} goes on without`, async (t) => {
    const policy = STRICT.replace(" 'wasm-unsafe-eval'", '');
    const site = await siteOf(t, { folder: page(build), policy });
    // So the test above would have seen what a policy refuses.
    assert.match(`${await checkWithout(there.session, site)}`, /Content Security Policy/);
  });

  test(`P1: a page with ${build} from another origin, and its hash, caches`, async (t) => {
    const folder = page(build);
    const cdn = await siteOf(t, { folder });
    const policy = STRICT.replaceAll("'self'", `'self' ${cdn.origin}`);
    const site = await siteOf(t, { folder: page(build, cdn.origin), policy });
    await checkCaching(there.session, site);
  });
}

test('P7: a wasm file of another hash than the page says is not run', async (t) => {
  const folder = page('everfresh.auto.js');
  // A custom section without a name, which changes nothing that runs.
  appendFileSync(join(folder, WASM), Buffer.from([0, 1, 0]));
  const site = await siteOf(t, { folder, policy: STRICT });
  assert.match(`${await checkWithout(there.session, site)}`, /integrity/);
});

/**
 * Makes a folder with a page, a build of the drop-in, and nothing else of the package.
 *
 * @param {string} build
 * @param {string} [origin] that has the script, if it is another one
 */
function page(build, origin = '') {
  const folder = mkdtempSync(join(project.folder, 'site-'));
  const dist = join(project.installed, 'dist');
  for (const file of origin ? [] : BUILDS[build]) {
    cpSync(join(dist, file), join(folder, file));
  }
  for (const file of ['scene.js', 'drop-in/app.js']) {
    cpSync(join(projects, file), join(folder, basename(file)));
  }
  const tags = project.run('node', [join(root, 'xtask/integrity.mjs'), dist]).split('\n');
  const tag = tags.find((tag) => tag.includes(`"/${build}"`)) ?? '';
  const script = tag
    .replace('src="', `src="${origin}`)
    .replace('>', ' data-cache="/api/*" data-stale-time="30000">');
  const template = readFileSync(join(projects, 'drop-in/index.html'), 'utf8');
  writeFileSync(join(folder, 'index.html'), template.replace('<!-- the drop-in -->', script));
  return folder;
}
