// A component in a real page: a scene, which can be saved.
import type { Cache } from 'everfresh';
import { CacheProvider, useOptimisticMutation, useQuery } from 'everfresh/react';
import { StrictMode, version } from 'react';
import { createRoot } from 'react-dom/client';

interface Scene {
  text: string;
  version: number;
}

/** Renders it into the page; gives the version of React, and what saves a text. */
export function mount(cache: Cache, url: string): { version: string; save(text: string): void } {
  const page = { version, save(_text: string) {} };
  function Text() {
    const { data, isLoading } = useQuery<Scene>(url);
    const { mutate } = useOptimisticMutation<Scene, string>({
      request: (text) => ({ method: 'PATCH', url, body: { text } }),
      optimistic: (text) => ({ key: url, update: { op: 'merge', fields: { text } } }),
      scope: { id: 'hooks' },
      durable: true,
    });
    page.save = mutate;
    return <p data-testid="hook">{isLoading ? 'loading' : `${data?.version}: ${data?.text}`}</p>;
  }
  const element = document.createElement('div');
  document.body.prepend(element);
  createRoot(element).render(
    <StrictMode>
      <CacheProvider cache={cache}>
        <Text />
      </CacheProvider>
    </StrictMode>,
  );
  return page;
}
