/** Totals of this tab, and what happened last. */
import { reason, subject, title, tone } from '../describe.js';
import { bytes, clock, span } from '../format.js';
import type { Step } from '../inspection.js';
import type { Model } from '../model.js';
import { Total } from '../parts/total.js';

/** Steps that are shown. */
const LAST = 8;

export function Overview({ model }: { model: Model }) {
  const metrics = model.cache.metrics();
  const hits = metrics.memoryHits + metrics.storageHits;
  const reads = hits + metrics.misses + metrics.joined;
  const inMemory = model.entries.filter(({ body }) => body > 0);
  const times = latencies(model.steps);
  const off = Object.entries(model.cache.flags).flatMap(([name, isOn]) => (isOn ? [] : [name]));
  const told = model.steps.slice(-LAST).reverse();
  return (
    <>
      {model.cache.failure && (
        <p class="bad pad" role="alert">
          There is no cache: {model.cache.failure.message}
        </p>
      )}
      {off.length > 0 && (
        <p class="warn pad" role="status" data-testid="flags-off">
          Turned off by feature flags: {off.join(', ')}.
        </p>
      )}
      {model.simulation.isOn && (
        <p class="warn pad" role="status" data-testid="simulating">
          A worse network is simulated.
        </p>
      )}
      <dl class="totals">
        <Total
          name="Hit rate"
          value={reads ? `${Math.round((100 * hits) / reads)} %` : '–'}
          id="hit-rate"
        />
        <Total name="From memory" value={metrics.memoryHits} id="memory-hits" />
        <Total name="From localStorage" value={metrics.storageHits} id="storage-hits" />
        <Total name="Stale" value={metrics.staleHits} id="stale-hits" />
        <Total name="From the network" value={metrics.misses} id="misses" />
        <Total name="Joined" value={metrics.joined} id="joined" />
        <Total
          name="Network p50"
          value={times.length ? span(percentile(times, 0.5)) : '–'}
          id="p50"
        />
        <Total
          name="Network p95"
          value={times.length ? span(percentile(times, 0.95)) : '–'}
          id="p95"
        />
        <Total name="Entries" value={model.entries.length} id="entry-total" />
        <Total
          name="In memory"
          value={bytes(inMemory.reduce((sum, { size }) => sum + size, 0))}
          id="memory-size"
        />
        <Total name="Invalidations" value={metrics.invalidations} id="invalidations" />
        <Total name="Entries invalidated" value={metrics.invalidated} id="invalidated" />
        <Total name="Evictions" value={metrics.evictions} id="evictions" />
        <Total name="Mutations failed" value={metrics.mutationsFailed} id="mutations-failed" />
        <Total name="Problems" value={metrics.problems} id="problems" />
        <Total name="Version" value={model.cache.version} id="version" />
      </dl>
      <h2 class="pad-x">What happened last</h2>
      <ul class="plain">
        {told.map((step) => (
          <li key={step.number} class="log-row">
            <span class="note">{clock(step.time)}</span>
            <span class={tone(step)}>{title(step)}</span>
            <span class="ellipsis mono">{subject(step)}</span>
            <span class="ellipsis note">{reason(step)}</span>
          </li>
        ))}
      </ul>
      {told.length === 0 && <p class="note pad">Nothing yet.</p>}
    </>
  );
}

/** Milliseconds from requests to what was stored of them, in order of size, as far as the log goes back. */
function latencies(steps: readonly Step[]): number[] {
  const [first] = steps;
  const times = [];
  for (const step of steps) {
    const request = step.type === 'store' && first && steps[step.because - first.number];
    if (request && request.type === 'request') {
      times.push(step.time - request.time);
    }
  }
  return times.sort((a, b) => a - b);
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
