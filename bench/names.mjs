// What is measured, by what it is called and the package that it is.
import { readFileSync } from 'node:fs';

/** @type {Record<string, { name: string, of?: string }>} */
export const PEERS = {
  everfresh: { name: 'everfresh' },
  'everfresh-unmeasured': { name: 'everfresh without metrics' },
  tanstack: { name: 'TanStack Query', of: '@tanstack/query-core' },
  swr: { name: 'SWR', of: 'swr' },
  rtk: { name: 'RTK Query', of: '@reduxjs/toolkit' },
  apollo: { name: 'Apollo Client', of: '@apollo/client' },
  'axios-cache-interceptor': { name: 'axios-cache-interceptor', of: 'axios-cache-interceptor' },
  'cache-api': { name: 'Cache API' },
  'http-cache': { name: 'native `fetch`' },
  map: { name: '`Map`' },
  quicklink: { name: 'quicklink', of: 'quicklink' },
  'broadcast-channel': { name: '`BroadcastChannel`' },
  without: { name: 'without prefetching' },
};

/** Versions of the packages, as they are pinned. @returns {Record<string, string>} */
export function versions() {
  const manifest = readFileSync(new URL('package.json', import.meta.url), 'utf8');
  const { dependencies } = JSON.parse(manifest);
  const packages = Object.values(PEERS).flatMap(({ of }) => (of ? [of] : []));
  return Object.fromEntries(packages.map((name) => [name, dependencies[name]]));
}
