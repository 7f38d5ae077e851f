/** Reports, and monitoring. All that is decided is decided in the wasm. */
import type { Host } from '../../../src/host/host.js';
import type * as Core from '../../wasm/metrics/everfresh.js';
import { EverfreshError } from '../errors.js';
import type { AlertEvent, ExportOptions, Health, MonitoringOptions } from '../metrics.js';
import { gather, settle } from './stored.js';

/** Options that are no rates. */
const WHOLE = ['responseTime', 'minRequests'];

export class Metrics {
  readonly #host: Host;
  readonly #core: typeof Core;
  #monitor: Core.Monitor | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: Host, core: typeof Core) {
    this.#host = host;
    this.#core = core;
  }

  /** A report as text. */
  report({ range = '1h', groupBy = 'layer', format = 'json' }: ExportOptions): string {
    const history = this.#gather();
    const text = history.report(Date.now(), `${range}`, `${groupBy}`, format === 'csv');
    history.free();
    if (text === undefined || !['json', 'csv'].includes(format)) {
      const message = `metrics: there is no report of ${range} by ${groupBy} as ${format}`;
      throw new EverfreshError('config-invalid', message);
    }
    return text;
  }

  /** Checks at once, and then now and then, until it is stopped. */
  start({ interval = 60_000, ...options }: MonitoringOptions): void {
    this.stop();
    try {
      this.#monitor = new this.#core.Monitor(JSON.stringify(scaled(options)));
    } catch (problem) {
      throw new EverfreshError('config-invalid', `monitoring: ${problem}`);
    }
    this.#timer = setInterval(() => this.#check(), interval);
    this.#check();
  }

  /** Nobody looks any more, so nothing is known. */
  stop(): void {
    clearInterval(this.#timer);
    this.#monitor?.free();
    this.#monitor = undefined;
  }

  health(): Health | undefined {
    const health: Health | undefined = this.#monitor && JSON.parse(this.#monitor.health());
    return health?.checkedAt ? health : undefined;
  }

  acknowledge(id: number): boolean {
    const event = this.#monitor?.acknowledge(id);
    this.#announce(event);
    return event !== undefined;
  }

  /** Moves what documents that are gone have measured to one place. */
  settle(): Promise<void> {
    return settle(this.#core, this.#host.recorder.item);
  }

  #check(): void {
    const history = this.#gather();
    const unavailable = this.#host.isOpen ? undefined : 'critical';
    const events = this.#monitor?.check(Date.now(), history, unavailable);
    history.free();
    for (const event of events?.split('\n') ?? []) {
      this.#announce(event);
    }
  }

  #announce(event: string | undefined): void {
    if (event) {
      this.#host.announce(JSON.parse(event) satisfies AlertEvent);
    }
  }

  #gather(): Core.History {
    const { recorder } = this.#host;
    return gather(this.#core, recorder.item, recorder.text());
  }
}

/** Rates cross in ten-thousandths. */
function scaled(options: object): object {
  const scale = (value: unknown): unknown => {
    if (typeof value === 'number') return Math.round(value * 10_000);
    return value && typeof value === 'object' ? map(value, (_, each) => scale(each)) : value;
  };
  return map(options, (name, value) => (WHOLE.includes(name) ? value : scale(value)));
}

function map(object: object, change: (name: string, value: unknown) => unknown): object {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, change(name, value)]),
  );
}
