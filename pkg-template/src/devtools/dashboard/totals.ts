/** What there was in all, and of each group. */
import type { MetricsReport, MetricsSums } from '../../types.js';
import { element } from './dom.js';

interface Column {
  id: string;
  name: string;
  of: (sums: MetricsSums) => string;
}

const COLUMNS: readonly Column[] = [
  { id: 'hit-rate', name: 'Hit rate', of: ({ hits, misses }) => share(hits, hits + misses) },
  { id: 'hits', name: 'Hits', of: ({ hits }) => `${hits}` },
  { id: 'misses', name: 'Misses', of: ({ misses }) => `${misses}` },
  { id: 'p95', name: 'p95', of: ({ durations }) => time(durations.p95) },
  { id: 'requests', name: 'Requests', of: ({ requests }) => `${requests}` },
  { id: 'errors', name: 'Errors', of: ({ errors }) => `${errors}` },
  { id: 'invalidations', name: 'Invalidations', of: ({ invalidations }) => `${invalidations}` },
  { id: 'invalidated', name: 'Entries met', of: ({ invalidated }) => `${invalidated}` },
  { id: 'evictions', name: 'Evictions', of: ({ evictions }) => `${evictions}` },
  { id: 'rollbacks', name: 'Rollbacks', of: ({ rollbacks }) => `${rollbacks}` },
  {
    id: 'prefetches-used',
    name: 'Prefetches used',
    of: ({ prefetches, prefetchesUsed }) => share(prefetchesUsed, prefetches),
  },
];

/** Terms and values of a description list. */
export function totalsOf(total: MetricsSums): HTMLElement[] {
  return COLUMNS.map(({ id, name, of }) => {
    const pair = element('div');
    pair.append(
      element('dt', {}, name),
      element('dd', { 'data-testid': `total-${id}` }, of(total)),
    );
    return pair;
  });
}

/** What a table of the groups has. */
export function groupsOf({ groupBy, groups }: MetricsReport) {
  const of = (sums: MetricsSums) => COLUMNS.map((column) => column.of(sums));
  return {
    caption: `By ${groupBy}`,
    head: [groupBy, ...COLUMNS.map(({ name }) => name)],
    rows: groups.map(({ name, ...sums }) => [name, ...of(sums)]),
  };
}

function share(part: number, all: number): string {
  return all ? `${Math.round((100 * part) / all)} %` : '–';
}

function time(milliseconds: number | null): string {
  return milliseconds === null ? '–' : `${milliseconds} ms`;
}
