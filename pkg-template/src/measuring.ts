import type { Host } from '../../src/host/host.js';
import { EverfreshError } from './errors.js';
import { loadMetrics } from './load.js';
import type { Metrics } from './metrics/metrics.js';
import type {
  ExportOptions,
  Health,
  Measuring,
  MetricsOptions,
  MetricsReport,
  MonitoringOptions,
  ReportOptions,
} from './metrics.js';

/** What a cache tells of itself over time; all of it but counting is loaded when it is first asked for. */
export class Meter implements Measuring {
  readonly #host: Host | undefined;
  #loading: Promise<Metrics> | undefined;
  #metrics: Metrics | undefined;
  /** Which call monitors: the newest one. */
  #watch = 0;

  constructor(host: Host | undefined) {
    this.#host = host;
  }

  /** What is counted is kept. */
  keepMetrics({ beacon }: MetricsOptions): void {
    const recorder = this.#host?.recorder;
    if (recorder) {
      recorder.beacon = beacon;
      recorder.crowded = () => {
        this.#load()
          .then((metrics) => metrics.settle())
          .catch(ignore);
      };
      recorder.start();
    }
  }

  async report(options: ReportOptions = {}): Promise<MetricsReport> {
    return JSON.parse(await this.exportMetrics({ ...options, format: 'json' }));
  }

  async exportMetrics(options: ExportOptions = {}): Promise<string> {
    return (await this.#load()).report(options);
  }

  startMonitoring(options: MonitoringOptions = {}): () => void {
    this.#watch += 1;
    const watch = this.#watch;
    this.#load()
      .then((metrics) => watch === this.#watch && metrics.start(options))
      .catch((error) => console.warn(error));
    return () => {
      // Somebody may have begun anew.
      if (watch === this.#watch) {
        this.stopMonitoring();
      }
    };
  }

  stopMonitoring(): void {
    this.#watch += 1;
    this.#metrics?.stop();
  }

  health(): Health {
    const unknown: Health = { status: 'unknown', checkedAt: null, sample: null, alerts: [] };
    return this.#metrics?.health() ?? unknown;
  }

  acknowledgeAlert(id: number): boolean {
    return this.#metrics?.acknowledge(id) ?? false;
  }

  #load(): Promise<Metrics> {
    this.#loading ??= this.#begin().catch((cause) => {
      this.#loading = undefined;
      const message = `metrics could not be loaded (${cause})`;
      throw new EverfreshError('metrics-unavailable', message, { cause });
    });
    return this.#loading;
  }

  async #begin(): Promise<Metrics> {
    if (!this.#host) {
      throw new Error('there is no cache');
    }
    this.#metrics = await (await loadMetrics()).metricsOf(this.#host);
    return this.#metrics;
  }
}

function ignore(): void {}
