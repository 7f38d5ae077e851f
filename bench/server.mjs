// Serves the page, the package, and data, on loopback; isolated, so that the page's clock is fine.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { built } from '../tests/e2e/support/paths.mjs';

const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};

const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** The browser keeps it, as it keeps what a page was served with. */
const KEPT = { 'cache-control': 'max-age=3600' };

const PAGE = readFileSync(fileURLToPath(new URL('page/index.html', import.meta.url)));

/**
 * @param {Map<string, Uint8Array>} scripts by name
 */
export async function serve(scripts) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const [, folder, name = ''] = pathname.split('/');
    const answer = (type, body, headers = {}) =>
      response.writeHead(200, { 'content-type': TYPES[type], ...ISOLATED, ...headers }).end(body);
    if (pathname === '/') {
      answer('.html', PAGE);
    } else if (folder === 'bundle' && scripts.has(name)) {
      answer('.js', scripts.get(name), KEPT);
    } else if (folder === 'pkg' && /^[\w.]+\.(js|wasm)$/.test(name)) {
      answer(extname(name), readFileSync(join(built, name)), KEPT);
    } else if (folder === 'data') {
      answer('.json', JSON.stringify({ id: Number(name), text: 'x'.repeat(1_000) }), KEPT);
    } else {
      response.writeHead(404, ISOLATED).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = server.address();
  return {
    origin: `http://127.0.0.1:${port}`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
