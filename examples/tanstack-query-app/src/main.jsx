import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { install } from 'everfresh';
import { connectQueryClient } from 'everfresh/tanstack-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Scene } from './scene.jsx';

const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } });

// No rules: it is TanStack Query that caches. Without wasm it works as if these lines were not here.
const cache = await install({ scope: { id: 'a user of the demo' } });
connectQueryClient({ queryClient, cache, persist: true });

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <Scene id={1} />
    </QueryClientProvider>
  </StrictMode>,
);
