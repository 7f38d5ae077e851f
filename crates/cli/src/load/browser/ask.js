// Asks as the page would, and says what came of it.
const [method, url, headers, body, patience, done] = arguments;
const began = performance.now();
(async () => {
  const signal = AbortSignal.timeout(patience);
  const response = await fetch(url, { method, headers, body: body ?? undefined, signal });
  const text = await response.text();
  const took = performance.now() - began;
  done({ took, status: response.status, headers: [...response.headers], text });
})().catch((error) => done({ problem: error?.name === 'TimeoutError' ? 'no answer in time' : String(error) }));
