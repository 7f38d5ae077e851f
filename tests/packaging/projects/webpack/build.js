import { fileURLToPath } from 'node:url';
import webpack from 'webpack';

const path = fileURLToPath(new URL('dist', import.meta.url));
/** @type {import('webpack').Configuration} */
const configuration = {
  mode: 'production',
  entry: './src/index.js',
  // Chunks are loaded by script tags, whose addresses the page's policy wants from somebody it trusts.
  output: { path, publicPath: '/dist/', trustedTypes: { policyName: 'webpack' } },
};

webpack(configuration, (error, stats) => {
  if (error || !stats || stats.hasErrors() || stats.hasWarnings()) {
    console.error(`${error ?? stats}`);
    process.exitCode = 1;
  }
});
