/** Totals of this tab. */
import type { Model } from '../model.js';

export function Overview({ model }: { model: Model }) {
  const metrics = model.cache.metrics();
  const hits = metrics.memoryHits + metrics.storageHits;
  const reads = hits + metrics.misses + metrics.joined;
  const share = reads ? `${Math.round((100 * hits) / reads)} %` : '–';
  return (
    <dl class="totals">
      <Total name="Hit rate" value={share} id="hit-rate" />
      <Total name="From memory" value={metrics.memoryHits} id="memory-hits" />
      <Total name="From storage" value={metrics.storageHits} id="storage-hits" />
      <Total name="From the network" value={metrics.misses} id="misses" />
    </dl>
  );
}

function Total({ name, value, id }: { name: string; value: string | number; id: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-testid={id}>{value}</dd>
    </div>
  );
}
