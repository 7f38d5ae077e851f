/** Prefetches that were used and wasted, and what is likely to come next. */
import { bytes, short, span } from '../format.js';
import type { Model } from '../model.js';

export function Prefetches({ model }: { model: Model }) {
  const stats = Object.entries(model.cache.prefetchStats());
  const guesses = model.cache.predict(5);
  return (
    <div class="pad-x">
      <h2>Sent</h2>
      {stats.length === 0 && <p class="note">Nothing was prefetched.</p>}
      {stats.length > 0 && (
        <table class="table" data-testid="prefetches">
          <thead>
            <tr>
              <th scope="col">Trigger</th>
              {[
                'Sent',
                'Used',
                'Pending',
                'Expired',
                'Invalidated',
                'Evicted',
                'Aborted',
                'Failed',
                'Wasted',
                'Saved',
              ].map((name) => (
                <th scope="col" class="number" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {stats.map(([trigger, of]) => (
              <tr key={trigger} data-testid={`prefetch-${trigger}`}>
                <th scope="row">{trigger}</th>
                {[
                  of.sent,
                  of.used,
                  of.pending,
                  of.expired,
                  of.invalidated,
                  of.evicted,
                  of.aborted,
                  of.failed,
                ].map((count, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                  <td class="number" key={at}>
                    {count}
                  </td>
                ))}
                <td class="number">{bytes(of.wastedBytes)}</td>
                <td class="number">{span(of.savedMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <h2>Likely to come next</h2>
      {guesses.length === 0 && <p class="note">Too little was seen to guess.</p>}
      <ol class="plain">
        {guesses.map(({ url, probability }) => (
          <li key={url} data-testid="guess">
            <span class="mono">{short(url)}</span> {Math.round(100 * probability)} %{' '}
            <span class="note">{model.cache.explain(url)?.verdict}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
