// An application that webpack bundles.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { browser, siteOf } from './support/browser.mjs';
import { checkCaching } from './support/caching.mjs';
import { Project, projects } from './support/project.mjs';
import { STRICT } from './support/site.mjs';

const there = browser();

test('P1: the page that webpack builds caches, under a strict policy', async (t) => {
  const project = Project.install(join(projects, 'webpack'));
  t.after(() => project.remove());
  cpSync(join(projects, 'scene.js'), join(project.folder, 'src/scene.js'));
  project.run('npm', ['run', 'build']);
  const policy = STRICT.replace("trusted-types 'none'", 'trusted-types webpack');
  const site = await siteOf(t, { folder: project.folder, policy });
  await checkCaching(there.session, site);
});
