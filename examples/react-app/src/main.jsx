import { install } from 'everfresh';
import { CacheProvider } from 'everfresh/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Posts } from './posts.jsx';
import { Scene } from './scene.jsx';

// From here on `fetch` goes through the cache; it works at once, and caches when the wasm is there.
const cache = install({
  rules: [
    { match: '/studio/api/*', staleTime: 30_000 },
    { match: '/community/api/*', staleTime: 30_000 },
  ],
});

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <CacheProvider cache={cache}>
      <Scene url="/studio/api/scenes/1" />
      <Posts url="/community/api/posts" />
    </CacheProvider>
  </StrictMode>,
);
