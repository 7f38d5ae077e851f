// Cached GETs: how many a second, how long one takes, and how much CPU time it costs, by wrk.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { body } from './origin.mjs';
import { missing, PEERS } from './peers.mjs';

const run = promisify(execFile);

/** What is asked for: a body's size in bytes, among how many URLs. */
export const ROWS = [
  { row: 'hit-1k', title: 'one answer of 1 KB', size: 1_000, urls: 1 },
  { row: 'hit-32k', title: 'one answer of 32 KB', size: 32_000, urls: 1 },
  { row: 'hit-many', title: '10,000 answers of 1 KB, in turns', size: 1_000, urls: 10_000 },
];

const path = (row, n) => `/${row.row}/${n}?size=${row.size}`;

/**
 * @param {string} dir
 * @param {{ port: number, count: () => number }} origin
 * @param {{ rounds: number, seconds: number }} effort
 */
export async function throughput(dir, origin, { rounds, seconds }) {
  const running = {};
  const absent = {};
  try {
    for (const [name, peer] of Object.entries(PEERS)) {
      const lacks = missing(peer.needs);
      if (lacks.length) {
        absent[name] = `${lacks.join(', ')} is not installed`;
      } else {
        running[name] = await peer.run(dir, origin.port);
      }
    }
    const results = [];
    for (const row of ROWS) {
      results.push({
        ...row,
        absent,
        peers: await measured(dir, origin, running, row, rounds, seconds),
      });
    }
    return results;
  } finally {
    await Promise.all(Object.values(running).map((peer) => peer.stop()));
  }
}

async function measured(dir, origin, running, row, rounds, seconds) {
  const script = join(dir, `${row.row}.lua`);
  writeFileSync(
    script,
    `local n = 0
request = function()
  n = (n + 1) % ${row.urls}
  return wrk.format("GET", "/${row.row}/" .. n .. "?size=${row.size}")
end
`,
  );
  const peers = {};
  for (const [name, peer] of Object.entries(running)) {
    await check(name, peer, origin, row);
    peers[name] = [];
  }
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of shuffled(Object.keys(running))) {
      const found = await once(name, running[name], origin, row, script, round === 0 ? 1 : seconds);
      // The first round warms up.
      if (round > 0) {
        peers[name].push(found);
      }
    }
  }
  return peers;
}

/** Each must give what the backend gives, and ask it once. */
async function check(name, peer, origin, row) {
  for (let n = 0; n < row.urls; n += 100) {
    const all = Array.from({ length: Math.min(100, row.urls - n) }, (_, of) => n + of);
    await Promise.all(all.map((n) => expect(name, peer, row, n)));
  }
  const asked = origin.count();
  for (let n = 0; n < Math.min(row.urls, 100); n += 1) {
    await expect(name, peer, row, n);
  }
  if (origin.count() !== asked) {
    throw new Error(`${name}: the backend is asked for what is cached`);
  }
}

async function expect(name, peer, row, n) {
  const response = await fetch(peer.origin + path(row, n));
  const wanted = body(`/${row.row}/${n}`, row.size);
  if (response.status !== 200 || (await response.text()) !== wanted) {
    throw new Error(`${name}: the answer to ${path(row, n)} is wrong`);
  }
}

async function once(name, peer, origin, row, script, seconds) {
  const asked = origin.count();
  const before = peer.cpu();
  const how = row.urls > 1 ? ['-s', script] : [];
  const args = ['-t1', '-c16', `-d${seconds}s`, '--latency', ...how, peer.origin + path(row, 0)];
  const { stdout } = await run('wrk', args);
  const cpu = peer.cpu() - before;
  if (/Non-2xx|Socket errors/.test(stdout) || origin.count() !== asked) {
    throw new Error(`${name}: not all are hits\n${stdout}`);
  }
  const requests = Number(/(\d+) requests in/.exec(stdout)[1]);
  const [p50, p99] = ['50%', '99%'].map((share) =>
    micros(new RegExp(`${share}\\s+([\\d.]+)(\\w+)`).exec(stdout)),
  );
  return {
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]),
    p50,
    p99,
    cpu: (1e6 * cpu) / requests,
  };
}

const micros = ([, number, unit]) => Number(number) * { us: 1, ms: 1e3, s: 1e6 }[unit];

function shuffled(list) {
  return list
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
