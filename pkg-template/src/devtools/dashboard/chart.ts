/** A chart over the steps of a report, and the same numbers as a table, which is made when somebody opens it. */
import Plot from 'uplot';
import type { MetricsReport } from '../../types.js';
import type { About, Line } from './charts.js';
import { element, table } from './dom.js';

const HEIGHT = 150;

export class Chart {
  readonly element: HTMLElement;
  readonly #about: About;
  readonly #canvas: HTMLElement;
  readonly #rows = element('details');
  readonly #resized = new ResizeObserver(([entry]) => {
    const width = Math.floor(entry?.contentRect.width ?? 0);
    if (width) this.#plot?.setSize({ width, height: HEIGHT });
  });
  #plot: Plot | undefined;
  #report: MetricsReport | undefined;

  constructor(about: About) {
    this.#about = about;
    const { id, title, lines } = about;
    this.element = element('section', { class: 'chart', 'data-testid': `chart-${id}` });
    this.#canvas = element('div', { class: 'plot', role: 'img', 'aria-label': title });
    const legend = element('ul', { class: 'legend' });
    for (const { name, color } of lines) {
      const item = element('li', {}, name);
      item.style.setProperty('--color', `var(${color})`);
      legend.append(item);
    }
    const summary = element('summary', { 'data-testid': `rows-${id}` }, `${title} as a table`);
    this.#rows.append(summary);
    this.#rows.addEventListener('toggle', () => this.#list());
    const name = element('h2', {}, title);
    this.element.append(name, legend, this.#canvas, this.#rows);
    this.#resized.observe(this.#canvas);
  }

  show(report: MetricsReport): void {
    this.#report = report;
    this.#draw(report);
    this.#list();
    const said = this.#about.lines.map((line) => `${line.name} ${this.#in(line, report)}`);
    this.#canvas.setAttribute('aria-label', `${this.#about.title}: ${said.join(', ')}`);
  }

  /** The colors are others. */
  color(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
    if (this.#report) this.#draw(this.#report);
  }

  end(): void {
    this.#resized.disconnect();
    this.#plot?.destroy();
  }

  /** What there is in all, in words. */
  #in(line: Line, { total }: MetricsReport): string {
    return `${line.of(total) ?? 'none'}${this.#about.unit}`;
  }

  #draw({ series }: MetricsReport): void {
    const data: Plot.AlignedData = [
      series.map(({ at }) => at / 1000),
      ...this.#about.lines.map(({ of }) => series.map(of)),
    ];
    if (this.#plot) {
      this.#plot.setData(data);
    } else {
      const width = this.#canvas.clientWidth || 320;
      this.#plot = new Plot(this.#options(width), data, this.#canvas);
    }
  }

  #options(width: number): Plot.Options {
    const style = getComputedStyle(this.#canvas);
    const color = (name: string) => style.getPropertyValue(name).trim() || 'currentColor';
    const axis = { stroke: color('--muted'), grid: { stroke: color('--line'), width: 1 } };
    const lines = this.#about.lines.map(({ name, color: of }) => ({
      label: name,
      stroke: color(of),
      width: 1.5,
      points: { show: false },
    }));
    return {
      width,
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      scales: { y: { range: (_plot, _least, most) => [0, Math.max(most ?? 0, 1)] } },
      axes: [axis, { ...axis, size: 48 }],
      series: [{}, ...lines],
    };
  }

  #list(): void {
    this.#rows.querySelector('.scroll')?.remove();
    const report = this.#report;
    if (this.#rows.open && report) {
      const { id, title, lines } = this.#about;
      const rows = report.series.map((point) => [
        new Date(point.at).toLocaleString(),
        ...lines.map(({ of }) => `${of(point) ?? '–'}`),
      ]);
      const head = ['Step', ...lines.map(({ name }) => name)];
      const scroll = element('div', {
        class: 'scroll',
        tabindex: '0',
        role: 'region',
        'aria-label': title,
      });
      scroll.append(table(title, head, rows, `table-${id}`));
      this.#rows.append(scroll);
    }
  }
}
