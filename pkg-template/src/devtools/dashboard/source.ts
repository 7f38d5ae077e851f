/** Whose metrics they are: this browser's, or those of a server that has the same shape. */
import type { Cache, Health, MetricsGroupBy, MetricsRange } from '../../types.js';

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
  return ask(base, 'metrics', { range, groupBy, format });
}

/** How it does: this browser, or the server, if it says so. */
export async function fetchHealth(cache: Cache, { base }: Chosen): Promise<Health | undefined> {
  if (!base) {
    return cache.health();
  }
  try {
    return JSON.parse(await ask(base, 'monitoring', {})).health;
  } catch {
    return undefined;
  }
}

async function ask(base: string, name: string, query: Record<string, string>): Promise<string> {
  const url = new URL(`${base.replace(/\/+$/, '')}/${name}`, location.href);
  url.search = `${new URLSearchParams(query)}`;
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
