// The hooks in the demo pages, with one of the versions of React.
import { join } from 'node:path';
import { build } from 'esbuild';
import { copyOf } from './copies.mjs';
import { built, root, www } from './paths.mjs';

/** Where each version is found from. */
const HOMES = { 18: 'tests/react/react-18', 19: '.' };

/**
 * A copy of the demo pages that has a component at `/hooks.js`.
 *
 * @param {import('./suite.mjs').Site} site
 * @param {18 | 19} version of React
 */
export async function pagesWithHooks(site, version) {
  const pages = copyOf(site, www);
  const modules = join(root, HOMES[version], 'node_modules');
  await build({
    entryPoints: [join(root, 'tests/react/page.tsx')],
    outfile: join(pages, 'hooks.js'),
    bundle: true,
    format: 'esm',
    jsx: 'automatic',
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"development"' },
    alias: {
      'everfresh/react': join(built, 'react.js'),
      react: join(modules, 'react'),
      'react-dom': join(modules, 'react-dom'),
    },
  });
  return pages;
}
