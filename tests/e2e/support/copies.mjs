// Copies of the pages and of the package, changed so that something is broken.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { www } from './paths.mjs';

/**
 * A copy of a folder, until the test ends.
 *
 * @param {import('./suite.mjs').Site} site
 * @param {string} folder
 */
export function copyOf(site, folder) {
  const copy = mkdtempSync(join(tmpdir(), 'everfresh-copy-'));
  site.atEnd(() => rmSync(copy, { recursive: true, force: true }));
  cpSync(folder, copy, { recursive: true });
  return copy;
}

/**
 * A copy of the demo pages whose HTML was changed.
 *
 * @param {import('./suite.mjs').Site} site
 * @param {(html: string) => string} change
 */
export function pagesWith(site, change) {
  const copy = copyOf(site, www);
  const names = /** @type {string[]} */ (readdirSync(copy, { recursive: true }));
  for (const name of names.filter((name) => name.endsWith('.html'))) {
    const path = join(copy, name);
    writeFileSync(path, change(readFileSync(path, 'utf8')));
  }
  return copy;
}

/**
 * A copy of the demo pages with something at the beginning of each head.
 *
 * @param {import('./suite.mjs').Site} site
 * @param {string} markup
 */
export function pagesBeginningWith(site, markup) {
  return pagesWith(site, (html) => html.replace('<head>', `<head>${markup}`));
}
