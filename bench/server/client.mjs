// A client of a proxy: requests over kept connections, invalidations, and listeners.
import http from 'node:http';
import { TOKEN } from './peers.mjs';

const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });

/** @param {string} url @param {http.RequestOptions} [options] @param {string} [sent] */
export function ask(url, options = {}, sent = '') {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { agent, ...options }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, text }),
      );
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(sent);
  });
}

/** Whether it was answered from the cache. @param {string} url */
export async function isHit(url) {
  const { status, headers } = await ask(url);
  if (status !== 200) {
    throw new Error(`${url}: ${status}`);
  }
  return headers['cache-status'].startsWith('everfresh-server; hit');
}

/** How long it takes until an invalidation is answered, in milliseconds. @param {string} origin @param {string} targets */
export async function invalidate(origin, targets) {
  const sent = JSON.stringify({ targets });
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-length': Buffer.byteLength(sent) };
  const started = performance.now();
  const { status, text } = await ask(
    `${origin}/_everfresh/invalidate`,
    { method: 'POST', headers },
    sent,
  );
  const took = performance.now() - started;
  if (status !== 204) {
    throw new Error(`an invalidation is answered by ${status} ${text}`);
  }
  return took;
}

/** Does all of it, some at a time. @param {number} count @param {(n: number) => Promise<void>} one */
export async function each(count, one) {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      next += 1;
      await one(next - 1);
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
}

/**
 * Listens to the invalidations of a proxy.
 *
 * @param {string} origin
 * @param {(text: string) => void} hear
 * @returns {Promise<() => void>} once it is told that it listens; ends it
 */
export function listen(origin, hear) {
  return new Promise((resolve, reject) => {
    const request = http.get(`${origin}/_everfresh/events`, { agent: false }, (response) => {
      response.setEncoding('utf8');
      response.on('data', (text) => {
        if (text.includes('event: ready')) {
          resolve(() => request.destroy());
        }
        hear(text);
      });
      response.on('error', () => {});
    });
    request.on('error', reject);
  });
}
