// A page has been loaded: waits until it shows something, and says what that took and where it came from.
const done = arguments[arguments.length - 1];
const ready = globalThis.everfresh?.ready ?? globalThis.demo?.ready.then(() => globalThis.demo.cache);
Promise.resolve(ready)
  .then((cache) => {
    const took = performance.now();
    const problem = cache ? cache.failure?.message : 'there is no everfresh in it';
    globalThis.everfreshUnderLoad = cache;
    done({ took, problem, metrics: problem === undefined ? cache.metrics() : null });
  })
  .catch((error) => done({ problem: String(error) }));
