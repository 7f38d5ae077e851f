/** Where the wasm comes from: compiled, as bytes, or as the answer to a request for the file. */
export type WasmSource = WebAssembly.Module | BufferSource | Response | Promise<Response>;
