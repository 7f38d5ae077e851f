/** What is loaded together with the wasm, after the page's own start: the bindings and what performs their effects. */
export { Host } from '../../src/host/host.js';
export { Client, initSync, parseInvalidate, responseHeaders, version } from '../wasm/everfresh.js';
