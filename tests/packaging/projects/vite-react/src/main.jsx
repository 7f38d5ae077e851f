import { install } from 'everfresh';
import { CacheProvider, useQuery } from 'everfresh/react';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';

const cache = await install({ rules: [{ match: '/api/*', staleTime: 30_000 }] });

/** What is there, and what becomes of it. */
function Watched() {
  const { data, isStale } = useQuery('/api/scenes/1', { enabled: false });
  return (
    <p id="watched">{data ? `version ${data.version}${isStale ? ', stale' : ''}` : 'nothing'}</p>
  );
}

function Scene() {
  const [log, setLog] = useState([cache.failure?.code ?? 'ready']);
  const ask = async (url, init) => {
    const response = await fetch(url, init);
    const { version } = await response.json();
    const from = response.headers.get('cache-status') ?? 'network';
    setLog((before) => [...before, `version ${version}, ${from}`]);
  };
  return (
    <>
      <button type="button" id="read" onClick={() => ask('/api/scenes/1')}>
        Read
      </button>
      <button type="button" id="save" onClick={() => ask('/api/edits', { method: 'POST' })}>
        Save
      </button>
      <ol id="log">
        {log.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are only added, at the end
          <li key={index}>{line}</li>
        ))}
      </ol>
    </>
  );
}

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <CacheProvider cache={cache}>
      <Scene />
      <Watched />
    </CacheProvider>
  </StrictMode>,
);
