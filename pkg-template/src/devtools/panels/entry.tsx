/** One entry: what it is, why, and what can be done to it. */
import { useMemo, useState } from 'preact/hooks';
import { bytes, clock, pretty, short, span } from '../format.js';
import type { Body, Details, Entry } from '../inspection.js';
import type { Model } from '../model.js';
import { Why } from '../parts/why.js';

/** Characters of a body that are shown. */
const MOST = 100_000;

interface Answer {
  status: string;
  headers: string[];
  text: string;
}

export function EntryDetails({ model }: { model: Model }) {
  const key = model.selected;
  const details = model.inspector?.details(key) ?? {};
  const { entry, chain = [] } = details;
  const [draft, setDraft] = useState<string>();
  const [problem, setProblem] = useState('');
  const [server, setServer] = useState<Answer>();
  const url = key.split('#')[0] ?? key;
  const isPlain = !key.includes('#');
  const target = exactly(url);
  const body = details.memoryBody ?? details.storedBody;
  const act = (work: () => void) => () => {
    work();
    model.update();
  };
  const save = () => {
    try {
      model.cache.setQueryData(url, JSON.parse(draft ?? ''));
      setDraft(undefined);
      setProblem('');
      model.update();
    } catch (error) {
      setProblem(`${error}`);
    }
  };
  const ask = async () => {
    try {
      const answer = await model.inspector?.askServer(url);
      if (answer) {
        const headers = [...answer.headers].flat();
        setServer({ status: `${answer.status}`, headers, text: await answer.text() });
      }
    } catch (error) {
      setServer({ status: `${error}`, headers: [], text: '' });
    }
  };
  return (
    <section class="details" aria-label="Entry" data-testid="entry">
      <div class="bar">
        <button
          type="button"
          data-testid="entry-refetch"
          disabled={!isPlain}
          onClick={act(() => refetch(model, url))}
        >
          Refetch
        </button>
        <button
          type="button"
          data-testid="entry-stale"
          disabled={!entry}
          onClick={act(() =>
            model.cache.invalidate([target], { origin: new URL(url).origin, mode: 'stale' }),
          )}
        >
          Mark stale
        </button>
        <button
          type="button"
          data-testid="entry-evict"
          disabled={!entry}
          onClick={act(() => model.cache.remove(url))}
        >
          Evict
        </button>
        <button
          type="button"
          data-testid="entry-edit"
          disabled={!isPlain || draft !== undefined || !body?.isText}
          onClick={() => setDraft(pretty(body?.text ?? ''))}
        >
          Edit
        </button>
        <span class="spring" />
        <button
          type="button"
          class="close"
          aria-label="Close the entry"
          data-testid="entry-close"
          onClick={() => model.look('')}
        />
      </div>
      <div class="scroll">
        <h2 class="mono" data-testid="entry-url">
          {short(key)}
        </h2>
        {entry ? (
          <Facts entry={entry} />
        ) : (
          <p data-testid="entry-gone">It is not in the cache any more.</p>
        )}
        {draft !== undefined && (
          <div class="edit">
            <textarea
              aria-label="Data, as JSON"
              rows={8}
              data-testid="entry-draft"
              value={draft}
              onInput={(event) => setDraft(event.currentTarget.value)}
            />
            <p class="note">Queries and hooks are given this until it is stale; fetch is not.</p>
            {problem && (
              <p class="bad" role="alert">
                {problem}
              </p>
            )}
            <button type="button" data-testid="entry-save" onClick={save}>
              Save
            </button>{' '}
            <button type="button" onClick={() => setDraft(undefined)}>
              Cancel
            </button>
          </div>
        )}
        <h3>Why it is here</h3>
        {chain.length > 0 ? (
          <Why chain={chain} />
        ) : (
          <p class="note" data-testid="why-none">
            {entry ? 'An earlier page has stored it in localStorage.' : 'Nothing is here.'}
          </p>
        )}
        <h3>Layers</h3>
        <Layers details={details} server={server} push={model.inspector?.push?.status} />
        <p>
          <button
            type="button"
            data-testid="entry-ask"
            disabled={!/^https?:/.test(url)}
            onClick={ask}
          >
            Ask the server
          </button>
        </p>
        <h3>Body</h3>
        {body ? (
          <BodyView body={body} />
        ) : (
          <p class="note">There is none in memory or in localStorage.</p>
        )}
      </div>
    </section>
  );
}

function Facts({ entry }: { entry: Entry }) {
  const now = Date.now();
  const fresh = entry.staleSince
    ? `marked stale ${span(now - entry.staleSince)} ago`
    : entry.freshUntil > now
      ? `for ${span(entry.freshUntil - now)}`
      : `not since ${span(now - entry.freshUntil)}`;
  const facts: [string, string][] = [
    ['Age', span(now - entry.generated)],
    ['Fresh', fresh],
    ['Dropped in', span(entry.expires - now)],
    ['Size', bytes(entry.size)],
    ['Tags', entry.tags.join(', ') || 'none'],
  ];
  if (entry.varies) facts.push(['Varies by', entry.varies]);
  if (entry.local) facts.push(['Set by', 'the page']);
  if (entry.prefetched) facts.push(['Prefetched', 'not used yet']);
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd data-testid={`fact-${name.toLowerCase()}`}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The layers side by side, and where they differ. */
function Layers({
  details,
  server,
  push,
}: {
  details: Details;
  server: Answer | undefined;
  push: string | undefined;
}) {
  const { entry, stored, unfit, memoryBody, storedBody } = details;
  const memory = memoryBody && entry;
  const disk = stored && { entry: stored, body: storedBody };
  const told = memoryBody ?? storedBody;
  const cells: [string, string, string, string][] = [
    ['There', memory ? 'yes' : 'no', disk ? 'yes' : (unfit ?? 'no'), server?.status ?? 'not asked'],
    [
      'Answered',
      memory ? clock(entry.received) : '',
      disk ? clock(disk.entry.received) : '',
      server ? 'now' : '',
    ],
    ['Body', digest(memoryBody?.text), digest(disk?.body?.text), server ? digest(server.text) : ''],
    ['ETag', header(memoryBody, 'etag'), header(storedBody, 'etag'), header(server, 'etag')],
    [
      'Cache-Status',
      header(memoryBody, 'cache-status'),
      header(storedBody, 'cache-status'),
      header(server, 'cache-status'),
    ],
  ];
  const texts = [memoryBody?.text, disk?.body?.text, server?.text].filter(
    (text) => text !== undefined,
  );
  const differ = texts.some((text) => text !== texts[0]);
  return (
    <>
      <table class="table" data-testid="layers">
        <thead>
          <tr>
            <td />
            <th scope="col">Memory</th>
            <th scope="col">localStorage</th>
            <th scope="col">Server</th>
          </tr>
        </thead>
        <tbody>
          {cells.map(([name, ...values]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {values.map((value, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                <td key={at}>{value || '–'}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p class={differ ? 'warn' : 'note'} data-testid="layers-differ">
        {texts.length < 2
          ? 'There is one body.'
          : differ
            ? 'The bodies differ.'
            : 'The bodies are the same.'}
        {told && !server && ` Push: ${push ?? 'no push connection'}.`}
      </p>
    </>
  );
}

function BodyView({ body }: { body: Body }) {
  const text = useMemo(() => pretty(body.text.slice(0, MOST)), [body.text]);
  return (
    <>
      <pre data-testid="body">{text}</pre>
      {body.text.length > MOST && <p class="note">The first {MOST} characters.</p>}
      <details>
        <summary>Headers</summary>
        <pre data-testid="headers">
          {pairs(body.headers)
            .map(([name, value]) => `${name}: ${value}`)
            .join('\n')}
        </pre>
      </details>
    </>
  );
}

/** The target that names a URL with its query alone. */
function exactly(url: string): string {
  const { pathname, search } = new URL(url || 'about:blank');
  return `${pathname}${search || '?'}`;
}

/** Those who watch it see what comes; else it is read as the page does. */
function refetch(model: Model, url: string): void {
  const { pathname } = new URL(url);
  if (pathname.startsWith('/.key/')) {
    model.cache.invalidate([exactly(url)], { mode: 'stale' });
  } else {
    model.cache.fetch(url, { cache: 'reload' }).catch(() => {});
  }
}

function pairs(list: readonly string[]): [string, string][] {
  return list.flatMap((name, at): [string, string][] =>
    at % 2 === 0 ? [[name, list[at + 1] ?? '']] : [],
  );
}

function header(of: { headers: string[] } | undefined, name: string): string {
  return pairs(of?.headers ?? []).find(([has]) => has === name)?.[1] ?? '';
}

/** A body by its length and a sum, so that two can be told apart at a glance. */
function digest(text: string | undefined): string {
  if (text === undefined) return '';
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) sum = (Math.imul(sum, 31) + text.charCodeAt(at)) | 0;
  return `${bytes(text.length)} · ${(sum >>> 0).toString(16).padStart(8, '0')}`;
}
