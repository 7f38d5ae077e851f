// What `npm install` of the tarball gives.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { Project, root } from './support/project.mjs';

/** @type {Project} */
let project;

before(() => {
  project = Project.install();
});
after(() => project?.remove());

test('the package and the module have the one version', () => {
  const { version } = JSON.parse(project.read('node_modules/everfresh/package.json'));
  const workspace = readFileSync(join(root, 'Cargo.toml'), 'utf8');
  assert.equal(version, /^version = "(.+)"$/m.exec(workspace)?.[1]);
  assert.equal(project.evaluate("console.log((await import('everfresh')).version)"), version);
});

test('both entry points can be imported where there is no browser, and export the same', () => {
  const names = (entry) =>
    project.evaluate(`console.log(Object.keys(await import('${entry}')).sort().join())`).split(',');
  const exported = [
    'EverfreshError',
    'SmartPrefetcher',
    'createCache',
    'createOptimisticAppend',
    'createOptimisticArrayUpdate',
    'createOptimisticIncrement',
    'createOptimisticMerge',
    'defineRules',
    'install',
    'version',
  ];
  assert.deepEqual(names('everfresh'), exported);
  const slim = new Set(names('everfresh/slim'));
  assert.deepEqual(
    exported.filter((name) => !slim.has(name)),
    [],
  );
});

test('the wasm file is an export, and compiles', () => {
  const kind = project.evaluate(`
    import { readFileSync } from 'node:fs';
    const file = new URL(import.meta.resolve('everfresh/everfresh.wasm'));
    console.log((await WebAssembly.compile(readFileSync(file))).constructor.name);
  `);
  assert.equal(kind, 'Module');
});

test('the schema of the rules document is an export', () => {
  const title = project.evaluate(`
    import { createRequire } from 'node:module';
    console.log(createRequire(import.meta.url)('everfresh/everfresh.schema.json').title);
  `);
  assert.equal(title, 'The rules document of everfresh');
});

test('the slim entry takes the wasm that it is given', () => {
  const read = project.evaluate(`
    import { readFileSync } from 'node:fs';
    import { initialize, parseInvalidate } from 'everfresh/slim';
    await initialize(readFileSync(new URL(import.meta.resolve('everfresh/everfresh.wasm'))));
    console.log(JSON.stringify(await parseInvalidate('story:42;mode=stale')));
  `);
  assert.deepEqual(JSON.parse(read), {
    members: [{ mode: 'stale', tag: 'story:42' }],
    problem: null,
  });
});

test('the drop-in scripts are exports, classic scripts, and load no other script but the overlay, reports, push and flags', () => {
  for (const name of ['everfresh.auto.js', 'everfresh.auto.single.js']) {
    const file = project.evaluate(`console.log(import.meta.resolve('everfresh/${name}'))`);
    const script = readFileSync(new URL(file), 'utf8');
    assert.doesNotThrow(() => new Function(script));
    assert.deepEqual(script.match(/\bimport\([^,)]*/g), [
      'import("./everfresh.push.js"',
      'import("./everfresh.flags.js"',
      'import("./everfresh.metrics.js"',
      'import(new URL("everfresh.devtools.js"',
    ]);
    assert.equal(script.includes('everfresh.wasm'), name === 'everfresh.auto.js');
  }
});

test('nothing shipped names the machine that built it', () => {
  const home = process.env.HOME;
  assert.ok(home);
  const dist = join(project.installed, 'dist');
  const files = readdirSync(dist, { recursive: true }).map(String).filter(extname);
  for (const file of files) {
    const bytes = readFileSync(join(dist, file), 'latin1');
    assert.ok(!bytes.includes(`${root}/`), `${file} names the checkout`);
    assert.ok(!bytes.includes(`${home}/`), `${file} names the home folder`);
  }
});

test('the public types have no any', () => {
  const dist = join(project.installed, 'dist');
  const files = readdirSync(dist, { recursive: true }).map(String);
  for (const file of files.filter((name) => name.endsWith('.d.ts'))) {
    const code = readFileSync(join(dist, file), 'utf8').replace(/\/\*.*?\*\//gs, '');
    assert.doesNotMatch(code, /\bany\b/, file);
  }
});

test('the declarations serve a strict TypeScript project on their own', () => {
  mkdirSync(join(project.folder, 'src'));
  project.write(
    'src/use.ts',
    `import { createCache, defineRules, EverfreshError, install, version } from 'everfresh';
    import type { Cache, CacheEvent, CacheOptions, EntryInfo, PrefetchResult, Rule, TagsOf } from 'everfresh';
    const rules: Rule[] = [{ match: '/api/*' }];
    const options: CacheOptions = { rules, scope: { id: 'user-1' }, maxAge: 1000 };
    const cache: Cache = await install(options);
    const stop: () => void = cache.events((event: CacheEvent) => console.log(event.type));
    const entries: EntryInfo[] = cache.entries();
    cache.invalidate(['story:42', '/api/*'], { mode: 'stale' });
    // @ts-expect-error: there is no such mode
    cache.invalidate('story:42', { mode: 'never' });
    const name: string = await cache.query(['user', 1], { fetcher: async ({ signal }) => \`\${signal.aborted}\` });
    // @ts-expect-error: the data is what the fetcher gives
    const wrong: number = await cache.query('user', { fetcher: () => 'a' });
    interface User { name: string }
    const watching = cache.subscribe<User>('/api/user', ({ data }) => data?.name, { retry: 1 });
    const shown: User | undefined = watching.state.data ?? cache.peek<User>(new URL('https://a.test'))?.data;
    cache.setQueryData<User>('/api/user', (before) => before && { ...before, name });
    // @ts-expect-error: a member that no user has
    cache.setQueryData<User>('/api/user', { age: 1 });
    const told: PrefetchResult = await cache.prefetch('/api/user', { priority: 1 });
    const unhover: () => void = cache.prefetchOnHover(document.body, new URL('https://a.test'), { delay: 1 });
    // @ts-expect-error: there is no such trigger
    cache.prefetch('/api/user', { trigger: 'guess' });
    const wasted: number | undefined = cache.prefetchStats().hover?.wastedBytes;
    const named = defineRules({ entities: { user: { path: '/api/users/:id', lists: ['users'] } } });
    const tag: TagsOf<typeof named> = 'user:7';
    (await install({ ...named, maxAge: 1 })).invalidateTags(['users', tag, 'other']);
    // @ts-expect-error: options are checked
    createCache({ maxAge: 'long' });
    export { EverfreshError, entries, shown, stop, told, unhover, version, wasted, wrong };`,
  );
  const flags = '--strict --exactOptionalPropertyTypes --noEmit --target es2022 --lib es2022,dom';
  for (const module of ['nodenext', 'esnext --moduleResolution bundler']) {
    const args = `${flags} --module ${module} src/use.ts`.split(' ');
    project.run(join(root, 'node_modules/.bin/tsc'), args);
  }
});
