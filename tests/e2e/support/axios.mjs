// The real axios, and plain XMLHttpRequests, in the demo pages.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyOf } from './copies.mjs';
import { root, www } from './paths.mjs';

/**
 * A copy of the demo pages that has axios at `/axios.js`.
 *
 * @param {import('./suite.mjs').Site} site
 */
export function pagesWithAxios(site) {
  const pages = copyOf(site, www);
  copyFileSync(join(root, 'node_modules/axios/dist/esm/axios.min.js'), join(pages, 'axios.js'));
  return pages;
}

/**
 * Leaves in a page what the tests need: `axios`, where it has that; `ask(method, url, body, prepare)`, which sends an
 * XMLHttpRequest and gives its status once it has ended; `holds(path)`, which says whether that is cached now.
 *
 * @param {import('./page.mjs').Page} page
 */
export async function equip(page) {
  await page.run(() => {
    globalThis.holds = (path) =>
      globalThis.demo.cache.entries().some(({ url }) => url.endsWith(path));
    globalThis.ask = (method, url, body, prepare) =>
      new Promise((resolve) => {
        const request = new XMLHttpRequest();
        request.open(method, url);
        request.setRequestHeader('content-type', 'application/json');
        request.addEventListener('loadend', () => resolve(request.status));
        prepare?.(request);
        request.send(body);
      });
    return import(String('/axios.js')).then(
      (module) => {
        globalThis.axios = module.default;
      },
      () => {},
    );
  });
}
