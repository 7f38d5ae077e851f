// What `npm install` of the tarball gives: EVERFRESH_TARBALL names it. No network is needed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const app = mkdtempSync(join(tmpdir(), 'everfresh-packaging-'));
const installed = join(app, 'node_modules/everfresh');

before(() => {
  const tarball = process.env.EVERFRESH_TARBALL;
  assert.ok(
    tarball,
    'EVERFRESH_TARBALL names the tarball; `cargo xtask test --only packaging` sets it',
  );
  write('package.json', JSON.stringify({ name: 'app', private: true, type: 'module' }));
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball]);
});

after(() => rmSync(app, { recursive: true }));

test('the package and the module have the one version', () => {
  const { version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  const workspace = readFileSync(join(root, 'Cargo.toml'), 'utf8');
  assert.equal(version, /^version = "(.+)"$/m.exec(workspace)?.[1]);
  assert.equal(evaluate("console.log((await import('everfresh')).version)"), version);
});

test('both entry points can be imported where there is no browser, and export the same', () => {
  const names = (entry) =>
    evaluate(`console.log(Object.keys(await import('${entry}')).sort().join())`).split(',');
  assert.deepEqual(names('everfresh'), ['EverfreshError', 'createCache', 'install', 'version']);
  for (const name of ['EverfreshError', 'createCache', 'version']) {
    assert.ok(names('everfresh/slim').includes(name), name);
  }
});

test('the wasm file is an export, and compiles', () => {
  const kind = evaluate(`
    import { readFileSync } from 'node:fs';
    const file = new URL(import.meta.resolve('everfresh/everfresh.wasm'));
    console.log((await WebAssembly.compile(readFileSync(file))).constructor.name);
  `);
  assert.equal(kind, 'Module');
});

test('the drop-in script is an export and a classic script', () => {
  const file = evaluate("console.log(import.meta.resolve('everfresh/everfresh.auto.js'))");
  const script = readFileSync(new URL(file), 'utf8');
  assert.doesNotThrow(() => new Function(script));
});

test('nothing shipped names the machine that built it', () => {
  const home = process.env.HOME;
  assert.ok(home);
  const dist = join(installed, 'dist');
  for (const file of readdirSync(dist)) {
    const bytes = readFileSync(join(dist, file), 'latin1');
    assert.ok(!bytes.includes(`${root}/`), `${file} names the checkout`);
    assert.ok(!bytes.includes(`${home}/`), `${file} names the home folder`);
  }
});

test('the declarations serve a strict TypeScript project on their own', () => {
  mkdirSync(join(app, 'src'));
  write(
    'src/use.ts',
    `import { createCache, EverfreshError, install, version } from 'everfresh';
    import type { Cache, CacheEvent, CacheOptions, EntryInfo, Rule } from 'everfresh';
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
    // @ts-expect-error: options are checked
    createCache({ maxAge: 'long' });
    export { EverfreshError, entries, shown, stop, version, wrong };`,
  );
  const flags = '--strict --exactOptionalPropertyTypes --noEmit --target es2022 --lib es2022,dom';
  for (const module of ['nodenext', 'esnext --moduleResolution bundler']) {
    const args = `${flags} --module ${module} src/use.ts`.split(' ');
    run(join(root, 'node_modules/.bin/tsc'), args);
  }
});

function write(name, text) {
  writeFileSync(join(app, name), text);
}

/** Runs a module in the app and returns what it prints. */
function evaluate(code) {
  return run(process.execPath, ['--input-type=module', '--eval', code]).trim();
}

function run(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: app,
    encoding: 'utf8',
  });
  assert.equal(status, 0, `${program} ${args.join(' ')}\n${error ?? ''}${stdout}${stderr}`);
  return stdout;
}
