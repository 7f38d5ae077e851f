// The tests of hooks, with one of the versions of React.
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, '../../pkg-template/dist');

/**
 * Bundles the tests into a folder, and runs them with the React that is found from there; gives its version.
 *
 * @param {string} folder
 * @returns {Promise<string>}
 */
export async function load(folder) {
  const outfile = join(here, folder, 'suite.bundle.mjs');
  await build({
    entryPoints: [join(here, 'suite.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    jsx: 'automatic',
    logLevel: 'error',
    sourcemap: 'inline',
    external: ['jsdom', 'react', 'react-dom'],
    alias: { 'everfresh/react': join(built, 'react.js') },
  });
  try {
    const { version } = await import(pathToFileURL(outfile).href);
    return version;
  } finally {
    rmSync(outfile);
  }
}
