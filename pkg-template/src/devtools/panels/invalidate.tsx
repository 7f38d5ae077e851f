/** What an invalidation would do, before it is done; and emptying layers. */
import { useState } from 'preact/hooks';
import { counted, short } from '../format.js';
import type { Model } from '../model.js';
import { Total } from '../parts/total.js';

export function Invalidate({ model }: { model: Model }) {
  const [targets, setTargets] = useState('');
  const [mode, setMode] = useState<'drop' | 'stale'>('drop');
  const [done, setDone] = useState('');
  const run = targets.trim() ? model.inspector?.dryRun([targets], mode === 'stale') : undefined;
  const act = (text: string, work: () => void) => () => {
    work();
    setDone(text);
    model.update();
  };
  return (
    <div class="full">
      <div class="bar">
        <input
          type="text"
          placeholder={'story:42, "/api/stories/*", *'}
          aria-label="Targets, as in X-Cache-Invalidate"
          data-testid="targets"
          value={targets}
          onInput={(event) => setTargets(event.currentTarget.value)}
        />
        <select
          aria-label="What becomes of it"
          data-testid="mode"
          value={mode}
          onChange={(event) => setMode(event.currentTarget.value as 'drop' | 'stale')}
        >
          <option value="drop">Drop</option>
          <option value="stale">Mark stale</option>
        </select>
        <button
          type="button"
          data-testid="invalidate"
          disabled={!run}
          onClick={act(`Invalidated ${targets}`, () => model.cache.invalidate(targets, { mode }))}
        >
          Invalidate, in every tab
        </button>
      </div>
      <div class="scroll" role="status">
        {run ? (
          <>
            <dl class="totals">
              <Total name="Matched" value={run.count} id="dry-count" />
              <Total name="Dropped" value={run.dropped} id="dry-dropped" />
              <Total name="In memory" value={run.memory} id="dry-memory" />
              <Total name="In localStorage" value={run.storage} id="dry-storage" />
              <Total name="Watchers told" value={run.watches} id="dry-watches" />
            </dl>
            <ul class="plain">
              {run.hits.map(({ key, drops }) => (
                <li key={key} data-testid="dry-hit">
                  <button type="button" class="link mono" onClick={() => model.look(key)}>
                    {short(key)}
                  </button>{' '}
                  <span class={drops ? 'bad' : 'warn'}>{drops ? 'dropped' : 'marked stale'}</span>
                </li>
              ))}
            </ul>
            {run.count > run.hits.length && (
              <p class="note pad">and {counted(run.count - run.hits.length, 'other')}</p>
            )}
          </>
        ) : (
          <p class="note pad">
            Type tags, paths or patterns as a response header would name them: what they match is
            shown here before anything is done.
          </p>
        )}
        <p class="pad" data-testid="done">
          {done}
        </p>
      </div>
      <div class="bar foot">
        <button
          type="button"
          data-testid="clear-memory"
          onClick={act('Memory is empty', () => model.inspector?.forget('memory'))}
        >
          Empty memory
        </button>
        <button
          type="button"
          data-testid="clear-storage"
          onClick={act('localStorage holds no entry of this page', () =>
            model.inspector?.forget('storage'),
          )}
        >
          Empty localStorage
        </button>
        <button
          type="button"
          class="danger"
          data-testid="clear-all"
          onClick={act('Everything was dropped, in every tab', () => model.cache.clear())}
        >
          Clear everything, in every tab
        </button>
      </div>
    </div>
  );
}
