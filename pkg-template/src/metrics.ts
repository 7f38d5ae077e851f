/** How far back a report goes. */
export type MetricsRange = '1h' | '6h' | '24h' | '7d' | '30d';

/** What the groups of a report are. */
export type MetricsGroupBy = 'layer' | 'route' | 'entity' | 'tag' | 'operation';

/** Options of `Cache.report`. */
export interface ReportOptions {
  /** `1h` if left out. */
  range?: MetricsRange;
  /** `layer` if left out. */
  groupBy?: MetricsGroupBy;
}

/** Options of `Cache.exportMetrics`. */
export interface ExportOptions extends ReportOptions {
  /** `json` if left out. */
  format?: 'json' | 'csv';
}

/** What was counted, and how long it took. */
export interface MetricsSums {
  /** Reads that were answered from the cache, stale ones too. */
  hits: number;
  /** Of these, those that were handed out stale. */
  staleHits: number;
  /** Reads that went to the network, or joined a request that was under way. */
  misses: number;
  /** Of these, those that joined one. */
  joined: number;
  /** Looks at what is there that ask for nothing, such as `peek`. */
  peeks: number;
  /** Answers that were stored. */
  stores: number;
  /** Answers that were not, since an invalidation had met them. */
  lateFills: number;
  /** Stored answers that the server said are current (304). */
  revalidations: number;
  /** Invalidations that met an entry; each is counted in the tab that made it. */
  invalidations: number;
  /** Entries that these have met there. */
  invalidated: number;
  /** Entries that had to go, or had come to their end in memory. */
  evictions: number;
  /** Requests that have ended, of reads and writes. */
  requests: number;
  /** Of these, those that failed, or were answered by a status of 500 or more. */
  errors: number;
  /** Writes that have ended. */
  writes: number;
  /** Mutations that failed, and whose change was taken back. */
  rollbacks: number;
  /** Prefetches that were sent. */
  prefetches: number;
  /** Prefetches whose answer somebody was given. */
  prefetchesUsed: number;
  /** Prefetches that have ended otherwise. */
  prefetchesWasted: number;
  /** How large the bodies are that were stored, in thousands of bytes, or of UTF-16 units of text, each rounded up. */
  storedKilobytes: number;
  /**
   * Milliseconds that who asked had to wait: 0 for what was answered from the cache, and the time from a request to the
   * head of its answer. Percentiles are within 2 %.
   */
  durations: { count: number; p50: number | null; p95: number | null; p99: number | null };
}

/** What was measured in a range, in all tabs of this origin. Times are milliseconds since 1970. */
export interface MetricsReport {
  version: 1;
  range: MetricsRange;
  groupBy: MetricsGroupBy;
  from: number;
  /** The end of the step that runs. */
  until: number;
  /** Milliseconds of each step. */
  step: number;
  total: MetricsSums;
  /** Each step, by its beginning; those in which nothing happened too. */
  series: (MetricsSums & { at: number })[];
  /** The groups of which there is anything, those of which there is most first. */
  groups: (MetricsSums & { name: string })[];
}

/** How bad an alert is. */
export type Severity = 'info' | 'warning' | 'error' | 'critical';

/** What an alert is about. */
export type AlertType =
  | 'low-hit-rate'
  | 'high-error-rate'
  | 'slow-response'
  | 'high-invalidation-rate'
  | 'cache-unavailable';

/** Something that is wrong. */
export interface Alert {
  /** What {@link Health} and `Cache.acknowledgeAlert` know it by. */
  id: number;
  type: AlertType;
  severity: Severity;
  /** The newest value: a rate from 0 to 1, or milliseconds. */
  value: number | null;
  /** What it was held against. */
  bound: number | null;
  /** When it was raised. */
  since: number;
  acknowledged: boolean;
}

/** What became of an alert: an event of the cache. */
export interface AlertEvent {
  type: 'alert';
  state: 'raised' | 'changed' | 'acknowledged' | 'cleared';
  alert: Alert;
}

/** How the cache is, as far as it was looked at. */
export interface Health {
  /** `unknown` before the first check and where nobody monitors, the worst severity of the alerts, or `ok`. */
  status: 'unknown' | 'ok' | Severity;
  checkedAt: number | null;
  /** What the last check saw, of the last 5 minutes. */
  sample: {
    requests: number;
    hitRate: number | null;
    errorRate: number | null;
    /** Milliseconds within which 95 % had an answer. */
    responseTime: number | null;
    invalidationRate: number | null;
    available: boolean;
  } | null;
  alerts: Alert[];
}

/** From where on something is how bad. Who names one names all: what is left out is never reached. */
export type Thresholds = Partial<Record<Severity, number>>;

/** Options of `Cache.startMonitoring`. */
export interface MonitoringOptions {
  /** Milliseconds between two checks; a minute if left out. */
  interval?: number;
  /** Below which share of reads from the cache; `{ warning: 0.7, critical: 0.5 }` if left out. */
  hitRate?: Thresholds;
  /** Above which share of failures; `{ warning: 0.01, critical: 0.05 }` if left out. */
  errorRate?: Thresholds;
  /** Above how many milliseconds, for 95 % of what is asked for; `{ warning: 200, critical: 500 }` if left out. */
  responseTime?: Thresholds;
  /** Above how many invalidations for each read; `{ warning: 0.3, critical: 0.5 }` if left out. */
  invalidationRate?: Thresholds;
  /** With fewer requests in 5 minutes nothing is said of all these; 50 if left out. */
  minRequests?: number;
  /** How far past a threshold a value has to be for an alert to end, as a share of it; 0.1 if left out. */
  margin?: number;
}

/** Whether, and how, metrics are kept. */
export interface MetricsOptions {
  /** Where what was measured is sent to when the page is left: a URL that takes a POST, such as `/_everfresh/beacon`. */
  beacon?: string;
}

/** What a cache tells of itself over time. The script that does so is loaded when it is first asked. */
export interface Measuring {
  /**
   * What was measured in a range, in all tabs.
   *
   * @throws {EverfreshError} `metrics-unavailable` where the script can't be had, `config-invalid` for what is no range
   */
  report(options?: ReportOptions): Promise<MetricsReport>;
  /** The same as text: the report as JSON, or rows of CSV. */
  exportMetrics(options?: ExportOptions): Promise<string>;
  /**
   * Checks now and then how the cache is; alerts are events of the cache. The function given back ends it. Who starts it
   * again begins anew, with other options.
   */
  startMonitoring(options?: MonitoringOptions): () => void;
  /** How the cache is, as far as it was looked at. */
  health(): Health;
  /** Somebody has seen an alert. Whether there was one of this id that nobody had seen. */
  acknowledgeAlert(id: number): boolean;
}
