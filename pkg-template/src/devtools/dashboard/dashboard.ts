/// <reference path="../../css.d.ts" />
/** The dashboard: what was measured over time, in this browser or on a server, as charts with a table behind each. */
import type { Cache, Health, MetricsReport } from '../../types.js';
import { Chart } from './chart.js';
import { CHARTS } from './charts.js';
import { Controls } from './controls.js';
import styles from './dashboard.css';
import { element, table } from './dom.js';
import { fetchHealth, fetchReport, save } from './source.js';
import { groupsOf, totalsOf } from './totals.js';

/** Milliseconds between two looks. */
const REFRESH = 5_000;

/** Who does not say how they do. */
const UNKNOWN = { status: 'unknown', alerts: [] } as const satisfies Pick<
  Health,
  'status' | 'alerts'
>;

let sheet: CSSStyleSheet | undefined;

export class Dashboard {
  readonly #cache: Cache;
  readonly #controls: Controls;
  readonly #status = element('p', { class: 'note', role: 'status', 'data-testid': 'status' });
  readonly #totals = element('dl', { class: 'totals', 'data-testid': 'totals' });
  readonly #charts = CHARTS.map((about) => new Chart(about));
  readonly #groups = element('div', { class: 'scroll', tabindex: '0', role: 'region' });
  readonly #ended = new AbortController();
  #timer: ReturnType<typeof setInterval> | undefined;
  /** How often it was asked: an answer that is late for another question is none. */
  #asked = 0;
  #shown = '';

  constructor(cache: Cache, parent: HTMLElement) {
    this.#cache = cache;
    this.#controls = new Controls({
      changed: () => this.#look(),
      paused: (paused) => this.#run(!paused),
      save: (format) => this.#save(format),
    });
    adopt(parent.getRootNode());
    const charts = element('div', { class: 'charts' });
    charts.append(...this.#charts.map((chart) => chart.element));
    this.#groups.setAttribute('aria-label', 'Groups');
    parent.append(this.#controls.element, this.#status, this.#totals, charts, this.#groups);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const { signal } = this.#ended;
    for (const query of [scheme, matchMedia('(forced-colors: active)')]) {
      query.addEventListener('change', () => this.#charts.forEach((chart) => void chart.color()), {
        signal,
      });
    }
    this.#look();
    this.#run(true);
  }

  /** It is seen no more. */
  end(): void {
    this.#ended.abort();
    this.#run(false);
    for (const chart of this.#charts) {
      chart.end();
    }
  }

  #run(runs: boolean): void {
    clearInterval(this.#timer);
    if (runs) {
      this.#timer = setInterval(() => document.hidden || this.#look(), REFRESH);
    }
  }

  async #look(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const { chosen } = this.#controls;
      const [text, health] = await Promise.all([
        fetchReport(this.#cache, chosen, 'json'),
        fetchHealth(this.#cache, chosen),
      ]);
      if (asked === this.#asked && !this.#ended.signal.aborted) {
        this.#show(text, health);
      }
    } catch (error) {
      if (asked === this.#asked) {
        this.#status.textContent = `There is no report: ${error instanceof Error ? error.message : error}`;
      }
    }
  }

  #show(text: string, { status, alerts }: Pick<Health, 'status' | 'alerts'> = UNKNOWN): void {
    const report: MetricsReport = JSON.parse(text);
    const said = alerts.map(({ type, severity }) => `${severity}: ${type.replaceAll('-', ' ')}`);
    this.#status.textContent = [
      `As of ${new Date().toLocaleTimeString()}`,
      ...(status === 'unknown' ? [] : [`health: ${status}`]),
      ...said,
    ].join(' · ');
    if (text === this.#shown) {
      return;
    }
    this.#shown = text;
    this.#totals.replaceChildren(...totalsOf(report.total));
    for (const chart of this.#charts) {
      chart.show(report);
    }
    const { caption, head, rows } = groupsOf(report);
    this.#groups.replaceChildren(table(caption, head, rows, 'groups'));
  }

  async #save(format: 'json' | 'csv'): Promise<void> {
    try {
      const { chosen } = this.#controls;
      const name = `everfresh-${chosen.range}-${chosen.groupBy}.${format}`;
      save(name, format, await fetchReport(this.#cache, chosen, format));
    } catch (error) {
      this.#status.textContent = `Nothing was saved: ${error instanceof Error ? error.message : error}`;
    }
  }
}

/** A sheet that a script makes is no inline style: no policy needs to allow it. */
function adopt(root: Node): void {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
  }
  if (root instanceof ShadowRoot && !root.adoptedStyleSheets.includes(sheet)) {
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  }
}
