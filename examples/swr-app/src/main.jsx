import { install } from 'everfresh';
import { swrConfig } from 'everfresh/swr';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { SWRConfig } from 'swr';
import { Scene } from './scene.jsx';

// No rules: it is SWR that caches. Without wasm it works as if this line were not here.
const cache = await install({ scope: { id: 'a user of the demo' } });

const config = {
  fetcher: (url) => fetch(url).then((response) => response.json()),
  ...swrConfig({ cache, persist: true }),
};

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <SWRConfig value={config}>
      <Scene url="/studio/api/scenes/1" />
    </SWRConfig>
  </StrictMode>,
);
