// SWR and TanStack Query, as they come from npm, with our adapters in the tests' own page.
import { join } from 'node:path';
import { build } from 'esbuild';
import { copyOf } from './copies.mjs';
import { Lab } from './lab.mjs';
import { built, root } from './paths.mjs';

/** What the page has of each library: a function that shows the data of a path, and asks for it once. */
const PAGE = `
  import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
  import { connectQueryClient } from 'everfresh/tanstack-query';
  import { swrConfig } from 'everfresh/swr';
  import { createElement } from 'react';
  import { createRoot } from 'react-dom/client';
  import useSWR, { SWRConfig } from 'swr';

  const read = async (path) => {
    const response = await fetch(path);
    return response.ok ? response.json() : Promise.reject(new Error(response.status));
  };

  function show(library, props, useData) {
    const views = (globalThis.views = []);
    const Show = () => {
      const data = useData();
      const text = data === undefined ? 'nothing' : JSON.stringify(data);
      views.push(text);
      return text;
    };
    const element = document.createElement('p');
    element.dataset.testid = 'shown';
    document.body.append(element);
    createRoot(element).render(createElement(library, props, createElement(Show)));
  }

  export function swr(cache, path) {
    const value = { fetcher: read, revalidateIfStale: false, ...swrConfig({ cache, persist: true }) };
    show(SWRConfig, { value }, () => useSWR(path).data);
  }

  export function tanstack(cache, path) {
    const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
    connectQueryClient({ queryClient: client, cache, persist: true });
    const query = { queryKey: ['data', path], queryFn: () => read(path) };
    show(QueryClientProvider, { client }, () => useQuery(query).data);
  }
`;

/**
 * The tests' own page, with both libraries at `/pkg/adapters.js`.
 *
 * @param {import('./suite.mjs').Site} site
 */
export async function labWithAdapters(site) {
  const packaged = copyOf(site, built);
  await build({
    stdin: { contents: PAGE, resolveDir: root },
    outfile: join(packaged, 'adapters.js'),
    bundle: true,
    format: 'esm',
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    nodePaths: [join(root, 'node_modules')],
    alias: {
      'everfresh/swr': join(packaged, 'swr.js'),
      'everfresh/tanstack-query': join(packaged, 'tanstack-query.js'),
    },
  });
  return Lab.start(site, { packaged, options: 'rules: []' });
}
