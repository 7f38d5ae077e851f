// `cargo xtask bench --server`: the proxy beside nginx and Varnish, what an invalidation costs, and how it is told.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, platform, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fanout } from './fanout.mjs';
import { invalidation } from './invalidation.mjs';
import { startOrigin } from './origin.mjs';
import { missing } from './peers.mjs';
import { report } from './report.mjs';
import { throughput } from './throughput.mjs';

const { quick, write } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
}).values;

/** What is measured, so that a full run takes some minutes. */
const EFFORT = quick
  ? { rounds: 3, seconds: 1, sizes: [1_000], listeners: 100 }
  : { rounds: 7, seconds: 2, sizes: [1_000, 10_000, 100_000], listeners: 1_000 };

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

if (missing(['wrk']).length) {
  throw new Error('wrk is not installed');
}
const machine = {
  cores: cpus().length,
  memory: Math.round(totalmem() / 2 ** 30),
  system: platform(),
  load: loadavg()[0].toFixed(1),
};
const dir = mkdtempSync(join(tmpdir(), 'everfresh-bench-'));
// Varnish reads it as another user.
chmodSync(dir, 0o755);
const origin = await startOrigin();
try {
  console.log('cached answers …');
  const hits = await throughput(dir, origin, EFFORT);
  console.log('invalidation …');
  const invalidations = await invalidation(dir, origin, EFFORT.sizes);
  console.log('telling browsers …');
  const fanouts = await fanout(dir, origin, { listeners: EFFORT.listeners, rounds: 20 });
  const run = {
    date: new Date().toISOString().slice(0, 10),
    effort: quick ? 'quick' : 'full',
    machine,
    versions: ['nginx', 'varnishd', 'redis-server'].map(version).filter(Boolean),
    hits,
    invalidations,
    fanouts,
  };
  const text = report(run, readFileSync(here('notes.md'), 'utf8'));
  console.log(text);
  const target = here('../../target/bench');
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'server.json'), `${JSON.stringify(run, null, 2)}\n`);
  if (write) {
    writeFileSync(here('../SERVER.md'), text);
  }
} finally {
  origin.stop();
  rmSync(dir, { recursive: true, force: true });
}
// Sockets that wait for their next request.
process.exit();

/** What a program says that it is. @param {string} command */
function version(command) {
  if (missing([command]).length) {
    return '';
  }
  const flag = command === 'redis-server' ? '--version' : command === 'nginx' ? '-v' : '-V';
  const text = execFileSync('sh', ['-c', `PATH="$PATH:/usr/sbin:/sbin" ${command} ${flag} 2>&1`], {
    encoding: 'utf8',
  });
  const number = /(\d+\.\d+\.\d+)/.exec(text)?.[1];
  return `${{ nginx: 'nginx', varnishd: 'Varnish', 'redis-server': 'Redis' }[command]} ${number}`;
}
