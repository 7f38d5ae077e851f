/** Whose metrics they are: this browser's, or those of a server that has the same shape. */
import type { Cache, MetricsGroupBy, MetricsRange } from '../../types.js';

/** What somebody wants to see. */
export interface Chosen {
  range: MetricsRange;
  groupBy: MetricsGroupBy;
  /** The address below which a server has `metrics`; empty for this browser. */
  base: string;
}

/** A report, as text. */
export async function fetchReport(
  cache: Cache,
  { range, groupBy, base }: Chosen,
  format: 'json' | 'csv',
): Promise<string> {
  if (!base) {
    return cache.exportMetrics({ range, groupBy, format });
  }
  const url = new URL(`${base.replace(/\/+$/, '')}/metrics`, location.href);
  url.search = `${new URLSearchParams({ range, groupBy, format })}`;
  const response = await fetch(url, { cache: 'no-store' });
  if (!response.ok) {
    throw new Error(`${response.status} for ${url.pathname}`);
  }
  return response.text();
}

/** Hands a text to whoever looks at the page, as a file. */
export function save(name: string, format: 'json' | 'csv', text: string): void {
  const type = format === 'json' ? 'application/json' : 'text/csv';
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
