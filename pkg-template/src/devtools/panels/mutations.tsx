/** Mutations that are not done, what they change, and dead letters. */
import { short, span } from '../format.js';
import type { Model } from '../model.js';

export function MutationsPanel({ model }: { model: Model }) {
  const { list } = model.cache.mutations;
  const layers = model.inspector?.layers() ?? [];
  const act = (work: () => void) => () => {
    work();
    model.update();
  };
  return (
    <div class="pad-x">
      <h2>Not done</h2>
      {list.length === 0 && <p class="note">Every mutation is done.</p>}
      {list.length > 0 && (
        <table class="table" data-testid="mutations">
          <thead>
            <tr>
              <th scope="col">Mutation</th>
              <th scope="col">State</th>
              <th scope="col">Kind</th>
              <th scope="col" class="number">
                Attempts
              </th>
              <th scope="col" class="number">
                Age
              </th>
              <th scope="col">Do</th>
            </tr>
          </thead>
          <tbody>
            {list.map(
              ({ id, method, url, status, durable, scope, attempts, submittedAt, error }) => (
                <tr key={id} data-testid="mutation">
                  <td class="mono">
                    {method ? `${method} ${short(url)}` : 'function'}
                    {scope && <span class="note"> in {scope}</span>}
                  </td>
                  <td class={status === 'dead' ? 'bad' : ''} data-testid="mutation-status">
                    {status}
                    {error ? <span class="note"> {`${error}`}</span> : null}
                  </td>
                  <td>{durable ? 'outbox' : 'this page'}</td>
                  <td class="number">{attempts}</td>
                  <td class="number">{span(Date.now() - submittedAt)}</td>
                  <td>
                    <button
                      type="button"
                      data-testid="mutation-retry"
                      disabled={status !== 'dead'}
                      onClick={act(() => model.cache.mutations.retry(id))}
                    >
                      Retry
                    </button>{' '}
                    <button
                      type="button"
                      data-testid="mutation-discard"
                      onClick={act(() => model.cache.mutations.discard(id))}
                    >
                      Discard
                    </button>
                  </td>
                </tr>
              ),
            )}
          </tbody>
        </table>
      )}
      <h2>Layers</h2>
      {layers.length === 0 && <p class="note">All data is shown as the server gave it.</p>}
      <ul class="plain">
        {layers.map(([url, count]) => (
          <li key={url} data-testid="layer">
            <span class="mono">{short(url)}</span> <span class="note">{count} over it</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
