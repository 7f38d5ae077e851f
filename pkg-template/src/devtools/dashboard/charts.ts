/** The charts, and what each shows of a step. */
import type { MetricsSums } from '../../types.js';

/** A line of a chart. */
export interface Line {
  name: string;
  /** The property of the style sheet that has its color. */
  color: string;
  of: (sums: MetricsSums) => number | null;
}

export interface About {
  id: string;
  title: string;
  unit: string;
  lines: readonly Line[];
}

export const CHARTS: readonly About[] = [
  {
    id: 'reads',
    title: 'Reads',
    unit: '',
    lines: [
      { name: 'Hits', color: '--good', of: ({ hits }) => hits },
      { name: 'Of these stale', color: '--warn', of: ({ staleHits }) => staleHits },
      { name: 'Misses', color: '--bad', of: ({ misses }) => misses },
    ],
  },
  {
    id: 'durations',
    title: 'Time to an answer',
    unit: ' ms',
    lines: [
      { name: 'p50', color: '--good', of: ({ durations }) => durations.p50 },
      { name: 'p95', color: '--warn', of: ({ durations }) => durations.p95 },
      { name: 'p99', color: '--bad', of: ({ durations }) => durations.p99 },
    ],
  },
  {
    id: 'invalidations',
    title: 'Invalidations',
    unit: '',
    lines: [
      { name: 'Invalidations', color: '--accent', of: ({ invalidations }) => invalidations },
      { name: 'Entries met', color: '--bad', of: ({ invalidated }) => invalidated },
      { name: 'Rollbacks', color: '--warn', of: ({ rollbacks }) => rollbacks },
    ],
  },
  {
    id: 'prefetches',
    title: 'Prefetches',
    unit: '',
    lines: [
      { name: 'Sent', color: '--accent', of: ({ prefetches }) => prefetches },
      { name: 'Used', color: '--good', of: ({ prefetchesUsed }) => prefetchesUsed },
      { name: 'Wasted', color: '--bad', of: ({ prefetchesWasted }) => prefetchesWasted },
    ],
  },
];
