/** What is cached, in both layers. */
import { useMemo, useState } from 'preact/hooks';
import { bytes, counted, short, span } from '../format.js';
import type { ListedEntry } from '../inspection.js';
import type { Model } from '../model.js';
import { List } from '../parts/list.js';
import { Marked } from '../parts/marked.js';
import { EntryDetails } from './entry.js';

const LAYERS = {
  all: () => true,
  memory: (entry: ListedEntry) => entry.body > 0,
  storage: (entry: ListedEntry) => entry.stored === 'yes',
  watched: (entry: ListedEntry) => entry.watchers > 0,
  stale: (entry: ListedEntry) => left(entry) <= 0,
};

const ORDERS = {
  newest: (a: ListedEntry, b: ListedEntry) => b.sent - a.sent,
  url: (a: ListedEntry, b: ListedEntry) => (a.key < b.key ? -1 : 1),
  size: (a: ListedEntry, b: ListedEntry) => b.size - a.size,
};

export function Entries({ model }: { model: Model }) {
  const [search, setSearch] = useState('');
  const [layer, setLayer] = useState<keyof typeof LAYERS>('all');
  const [order, setOrder] = useState<keyof typeof ORDERS>('newest');
  const { entries, selected } = model;
  const rows = useMemo(() => {
    const wanted = search.toLowerCase();
    return entries
      .filter(
        (entry) =>
          LAYERS[layer](entry) &&
          (!wanted || `${short(entry.key)} ${entry.tags.join(' ')}`.toLowerCase().includes(wanted)),
      )
      .sort(ORDERS[order]);
  }, [entries, search, layer, order]);
  return (
    <div class="full">
      <div class="bar">
        <input
          type="search"
          placeholder="Search URLs and tags"
          aria-label="Search entries"
          data-testid="entries-search"
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
        <select
          aria-label="Which entries"
          data-testid="entries-layer"
          value={layer}
          onChange={(event) => setLayer(event.currentTarget.value as keyof typeof LAYERS)}
        >
          <option value="all">All layers</option>
          <option value="memory">In memory</option>
          <option value="storage">In localStorage</option>
          <option value="watched">Watched</option>
          <option value="stale">Stale</option>
        </select>
        <select
          aria-label="Order"
          data-testid="entries-order"
          value={order}
          onChange={(event) => setOrder(event.currentTarget.value as keyof typeof ORDERS)}
        >
          <option value="newest">Newest first</option>
          <option value="url">By URL</option>
          <option value="size">Largest first</option>
        </select>
        <span class="spring" />
        <span class="note" data-testid="entries-count" role="status">
          {rows.length === entries.length
            ? counted(rows.length, 'entry', 'entries')
            : `${rows.length} of ${counted(entries.length, 'entry', 'entries')}`}
        </span>
      </div>
      <div class="split">
        <div class="side">
          <div class="row head entry-row" aria-hidden="true">
            <span>Key</span>
            <span class="number">Age</span>
            <span class="number">Fresh for</span>
            <span class="number">Size</span>
            <span>Layers</span>
          </div>
          <List
            label="Entries"
            testid="entries"
            rows={rows}
            id={(entry) => entry.key}
            chosen={selected}
            choose={(entry) => model.look(entry.key)}
          >
            {(entry) => <Row entry={entry} search={search} />}
          </List>
        </div>
        {selected && <EntryDetails model={model} key={selected} />}
      </div>
    </div>
  );
}

function Row({ entry, search }: { entry: ListedEntry; search: string }) {
  const fresh = left(entry);
  return (
    <div class="entry-row">
      <span class="ellipsis mono">
        <Marked text={short(entry.key)} search={search} />{' '}
        <span class="note">
          <Marked text={entry.tags.join(' ')} search={search} />
        </span>
      </span>
      <span class="number">{span(Date.now() - entry.generated)}</span>
      <span class={`number ${fresh > 0 ? 'good' : 'warn'}`}>
        {entry.fetching ? 'fetching' : fresh > 0 ? span(fresh) : 'stale'}
      </span>
      <span class="number">{bytes(entry.size)}</span>
      <span class="layers">
        {entry.body > 0 && <abbr title="In memory">mem</abbr>}
        {entry.stored === 'yes' && <abbr title="In localStorage">disk</abbr>}
        {entry.stored === 'pending' && <abbr title="Waits for localStorage">…</abbr>}
        {entry.watchers > 0 && <abbr title={counted(entry.watchers, 'watcher')}>eye</abbr>}
      </span>
    </div>
  );
}

/** Milliseconds for which it is fresh. */
function left({ staleSince, freshUntil }: ListedEntry): number {
  return staleSince ? 0 : freshUntil - Date.now();
}
