// A trap in the wasm.

/** Makes everything that the wasm exports throw, as a trap does, once `globalThis.trapped` is set. */
export const TRAPPABLE = `<script>{
  const guard = (value) => typeof value !== 'function' ? value : (...args) => {
    if (globalThis.trapped) throw new WebAssembly.RuntimeError('unreachable');
    return value(...args);
  };
  const { Instance } = WebAssembly;
  WebAssembly.Instance = function (module, imports) {
    const exports = Object.entries(new Instance(module, imports).exports);
    return { exports: Object.fromEntries(exports.map(([name, value]) => [name, guard(value)])) };
  };
}</script>`;
