// What a page pays before it has anything: time, and bytes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { built } from '../../tests/e2e/support/paths.mjs';
import { bundle } from '../bundle.mjs';
import { interleave } from './rounds.mjs';

const PEERS = ['everfresh', 'tanstack', 'swr', 'rtk', 'apollo', 'axios-cache-interceptor'];
const FILES = ['index.js', 'everfresh.engine.js', 'everfresh.wasm'];

export default [
  {
    id: 'start',
    title: 'from the script, out of the browser’s cache, until it can be used',
    sizes: [1],
    async measure(site, _size, { visits }) {
      const page = await site.origin();
      const samples = await interleave(PEERS, 2 * visits, async (name) => {
        await page.load();
        return page.run(async (name) => {
          const start = performance.now();
          const { store } = await globalThis.bench.peer(name);
          await store();
          return (performance.now() - start) * 1e6;
        }, name);
      });
      return { samples, absent: {} };
    },
  },
  {
    id: 'size',
    title: 'size of what a page loads, minified, after brotli',
    unit: 'bytes',
    sizes: [1],
    async measure() {
      const samples = {};
      for (const name of PEERS) {
        samples[name] = [sum(name === 'everfresh' ? ours() : await theirs(name))];
      }
      return { samples, absent: {} };
    },
  },
  {
    id: 'size-wasm',
    title: 'of that, wasm',
    unit: 'bytes',
    sizes: [1],
    async measure() {
      return { samples: { everfresh: [sum(ours().slice(-1))] }, absent: {} };
    },
  },
];

function ours() {
  return FILES.map((name) => readFileSync(join(built, name)));
}

/** With the little that adapts it. @param {string} name */
async function theirs(name) {
  const files = await bundle(`peers/${name}.mjs`, { splitting: false });
  return [...files.values()];
}

/** @param {Uint8Array[]} files */
function sum(files) {
  return files.reduce((bytes, file) => bytes + brotliCompressSync(file).length, 0);
}
