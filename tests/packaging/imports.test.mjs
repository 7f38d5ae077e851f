// What importing the package does to where it is imported: nothing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { build } from 'esbuild';
import { Project } from './support/project.mjs';

/** What browsers have, and a module might reach for when it is loaded. */
const GLOBALS = [
  'BroadcastChannel',
  'Document',
  'Element',
  'EventSource',
  'HTMLElement',
  'HTMLScriptElement',
  'IntersectionObserver',
  'MutationObserver',
  'Node',
  'PerformanceObserver',
  'ServiceWorker',
  'WebSocket',
  'Worker',
  'XMLHttpRequest',
  'addEventListener',
  'caches',
  'cookieStore',
  'customElements',
  'dispatchEvent',
  'document',
  'fetch',
  'history',
  'indexedDB',
  'localStorage',
  'location',
  'matchMedia',
  'navigator',
  'origin',
  'parent',
  'requestAnimationFrame',
  'requestIdleCallback',
  'screen',
  'self',
  'sessionStorage',
  'top',
  'visualViewport',
  'window',
];

/** @type {Project} */
let project;

before(() => {
  project = Project.install();
});
after(() => project?.remove());

test('importing an entry where there is no browser touches no global of browsers', () => {
  for (const entry of modules()) {
    assert.deepEqual(touchedBy(`await import('${entry}')`), [], entry);
  }
});

test('what an import touches would have been seen', () => {
  assert.deepEqual(touchedBy('globalThis.window'), ['window']);
  // Also where the module catches it.
  assert.deepEqual(touchedBy('try { self.location } catch {}; typeof document'), [
    'self',
    'document',
  ]);
});

test('a bundle has of the package what it uses, and the drop-ins as a whole', async () => {
  const version = await bundle("import { version } from 'everfresh'; console.log(version)");
  assert.match(version, /^var (\w+)="[\d.]+";console\.log\(\1\);$/);
  for (const entry of modules()) {
    assert.equal(await bundle(`import '${entry}'`), '', entry);
  }
  for (const script of ['everfresh.auto.js', 'everfresh.auto.single.js']) {
    assert.match(await bundle(`import 'everfresh/${script}'`), /everfresh:/, script);
  }
});

/** The entries that are imported as modules, by the names that an application uses. */
function modules() {
  const { exports } = JSON.parse(project.read('node_modules/everfresh/package.json'));
  const typed = Object.keys(exports).filter((entry) => exports[entry].types);
  assert.ok(typed.length >= 2, 'some entries are modules');
  return typed.map((entry) => entry.replace('.', 'everfresh'));
}

/**
 * The globals of browsers that a piece of code looked at.
 *
 * @param {string} code
 * @returns {string[]}
 */
function touchedBy(code) {
  return JSON.parse(
    project.evaluate(`
      // SWR itself asks whether there is a window.
      await import('swr');
      const touched = [];
      for (const name of ${JSON.stringify(GLOBALS)}) {
        Object.defineProperty(globalThis, name, {
          get() {
            touched.push(name);
            throw new ReferenceError(name + ' is not defined');
          },
        });
      }
      try { ${code} } catch (error) { touched.length || touched.push(String(error)) }
      console.log(JSON.stringify(touched));
    `),
  );
}

/** What a bundler makes of a module in the project. @param {string} contents */
async function bundle(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: project.folder },
    absWorkingDir: project.folder,
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0].text.trim();
}
