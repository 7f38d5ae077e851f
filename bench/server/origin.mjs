// The backend that all proxies are in front of; it counts what it is asked.
import { createServer } from 'node:http';

/** A body of so many bytes. */
const bodies = new Map();

export async function startOrigin() {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    const size = Number(searchParams.get('size') ?? 1000);
    response.setHeader('cache-control', 'public, max-age=3600');
    response.setHeader('content-type', 'application/json');
    const tags = searchParams.get('tags');
    if (tags) {
      response.setHeader('x-cache-tags', tags.replaceAll('.', ', '));
    }
    response.end(body(pathname, size));
  });
  server.keepAliveTimeout = 60_000;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  return {
    port: server.address().port,
    count: () => count,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/**
 * What it answers for a path.
 *
 * @param {string} path
 * @param {number} size in bytes
 */
export function body(path, size) {
  const text = JSON.stringify({ path, text: '' });
  if (!bodies.has(size)) {
    bodies.set(size, 'x'.repeat(size));
  }
  return `${text.slice(0, -2)}${bodies.get(size).slice(text.length)}"}`;
}
