// The scripts of the page, as an application would ship them.
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * @param {string} entry below this folder
 * @param {Partial<import('esbuild').BuildOptions>} [options]
 * @returns {Promise<Map<string, Uint8Array>>} contents by name
 */
export async function bundle(entry, options = {}) {
  const { outputFiles } = await build({
    entryPoints: [join(here, entry)],
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    outdir: 'bundle',
    external: ['everfresh'],
    define: { 'process.env.NODE_ENV': '"production"', 'globalThis.__DEV__': 'false' },
    logLevel: 'warning',
    legalComments: 'none',
    ...options,
  });
  return new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
}
