// The caches that are compared, each as its own documentation sets it up: all cores, no access log, an hour in memory.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, isInstalled, start } from './process.mjs';

/** The token of the proxies' endpoints. */
export const TOKEN = 'the token of the benchmark';

const RULES = JSON.stringify({ rules: [{ match: '/*' }] });

/**
 * @typedef {object} Running
 * @property {string} origin
 * @property {() => number} cpu
 * @property {() => number} memory
 * @property {() => Promise<void>} stop
 */

/** Whether somebody answers there. @param {string} origin */
const answers = (origin) => async () => (await fetch(`${origin}/up`)).ok;

/**
 * @param {string} dir
 * @param {number} upstream a port
 * @param {string[]} [options]
 * @returns {Promise<Running>}
 */
export async function everfresh(dir, upstream, options = []) {
  const port = await freePort();
  const config = join(dir, `everfresh-${port}.json`);
  writeFileSync(config, RULES);
  const origin = `http://127.0.0.1:${port}`;
  const args = ['proxy', '--upstream', `http://127.0.0.1:${upstream}`, '--config', config];
  args.push('--port', String(port), '--log', 'warn', '--max-bytes', '1000000000', ...options);
  const env = { EVERFRESH_TOKEN: TOKEN };
  return { origin, ...(await start(process.env.EVERFRESH_SERVER, args, answers(origin), env)) };
}

/** @param {string} dir */
export async function redis(dir) {
  const port = await freePort();
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    dir,
  ];
  const { connect } = await import('node:net');
  const isUp = () =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () =>
        resolve(false),
      );
      socket.on('connect', () => socket.destroy());
    });
  return { port, url: `redis://127.0.0.1:${port}`, ...(await start('redis-server', args, isUp)) };
}

/** @param {string} dir @param {number} upstream @returns {Promise<Running>} */
async function nginx(dir, upstream) {
  const port = await freePort();
  const home = join(dir, 'nginx');
  mkdirSync(home, { recursive: true });
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${name};`,
  );
  const isRoot = process.getuid() === 0;
  writeFileSync(
    join(home, 'nginx.conf'),
    `${isRoot ? 'user root;' : ''} daemon off; worker_processes auto; pid nginx.pid; error_log error.log;
events { worker_connections 4096; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
  ${paths.join(' ')}
  proxy_cache_path cache keys_zone=all:100m max_size=1g inactive=1h use_temp_path=off;
  upstream backend { server 127.0.0.1:${upstream}; keepalive 64; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_cache all; proxy_cache_lock on; proxy_cache_use_stale updating error; proxy_cache_background_update on;
      add_header X-Cache $upstream_cache_status;
    }
  }
}
`,
  );
  const origin = `http://127.0.0.1:${port}`;
  return { origin, ...(await start('nginx', ['-p', home, '-c', 'nginx.conf'], answers(origin))) };
}

/** @param {string} dir @param {number} upstream @returns {Promise<Running>} */
async function varnish(dir, upstream) {
  const port = await freePort();
  const vcl = join(dir, 'everfresh.vcl');
  writeFileSync(vcl, `vcl 4.1;\nbackend default { .host = "127.0.0.1"; .port = "${upstream}"; }\n`);
  const origin = `http://127.0.0.1:${port}`;
  const args = [
    '-F',
    '-n',
    join(dir, 'varnish'),
    '-a',
    `127.0.0.1:${port}`,
    '-T',
    'none',
    '-f',
    vcl,
  ];
  args.push('-s', 'malloc,1g');
  return { origin, ...(await start('varnishd', args, answers(origin))) };
}

/** By name; `needs`: what has to be installed. */
export const PEERS = {
  everfresh: { title: 'everfresh proxy', needs: [], run: everfresh },
  nginx: { title: 'nginx `proxy_cache`', needs: ['nginx'], run: nginx },
  varnish: { title: 'Varnish', needs: ['varnishd'], run: varnish },
};

/** What is not there. @param {string[]} needs */
export const missing = (needs) => needs.filter((command) => !isInstalled(command));
