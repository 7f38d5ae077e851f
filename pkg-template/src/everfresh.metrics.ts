/// <reference path="./wasm.d.ts" />
/** What is loaded when somebody first asks for reports, or for monitoring: with its wasm inside, it needs no other file. */
import type { Host } from '../../src/host/host.js';
import * as core from '../wasm/metrics/everfresh.js';
import wasm from '../wasm/metrics/everfresh.wasm';
import { Metrics } from './metrics/metrics.js';

let ready: Promise<unknown> | undefined;

/** What a host's cache measures. */
export async function metricsOf(host: Host): Promise<Metrics> {
  ready ??= WebAssembly.compile(wasm).then((module) => core.initSync({ module }));
  await ready;
  return new Metrics(host, core);
}
