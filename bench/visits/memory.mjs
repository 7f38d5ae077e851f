// Memory that an entry takes: the heap of JavaScript, and the memory of the wasm.

const PEERS = ['everfresh', 'tanstack', 'swr', 'rtk', 'apollo', 'map'];

export default [
  {
    id: 'memory',
    title: 'memory for each entry, beside its text, which all have in common',
    unit: 'bytes',
    engines: ['chromium'],
    sizes: [1_000, 10_000, 100_000],
    quick: [10_000],
    async measure(site, size) {
      const samples = {};
      for (const name of PEERS) {
        const page = await (await site.origin()).load();
        const memories = await page.run(prepare, name);
        if (name === 'everfresh' && memories === 0) {
          throw new Error('the memory of the wasm was not found');
        }
        const before = await used(site.session, page);
        await page.run((size) => globalThis.store.fill(size), size);
        const after = await used(site.session, page);
        samples[name] = [(after - before) / size];
      }
      return { samples, absent: {} };
    },
  },
];

/** Starts a peer, and finds the memory of the wasm, if it has that. */
async function prepare(name) {
  globalThis.store = await (await globalThis.bench.peer(name)).store();
  globalThis.memories = [];
  if (name === 'everfresh') {
    const { initSync } = await import(String('/pkg/everfresh.engine.js'));
    // The exports, since it is initialized.
    globalThis.memories = Object.values(initSync()).filter(
      (one) => one instanceof WebAssembly.Memory,
    );
  }
  return globalThis.memories.length;
}

async function used(session, page) {
  await session.devtools('HeapProfiler.collectGarbage');
  const { usedSize, embedderHeapUsedSize } = await session.devtools('Runtime.getHeapUsage');
  const wasm = await page.run(() =>
    globalThis.memories.reduce((bytes, { buffer }) => bytes + buffer.byteLength, 0),
  );
  return usedSize + embedderHeapUsedSize + wasm;
}
