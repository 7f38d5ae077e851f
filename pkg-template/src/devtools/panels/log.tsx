/** What has happened, and why. It can be stopped, searched, exported and imported. */
import { useMemo, useState } from 'preact/hooks';
import { reason, subject, title, tone } from '../describe.js';
import { clock, counted } from '../format.js';
import type { Step } from '../inspection.js';
import type { Model } from '../model.js';
import { List } from '../parts/list.js';
import { Marked } from '../parts/marked.js';
import { Why } from '../parts/why.js';

const TYPES = [
  'hit',
  'miss',
  'request',
  'store',
  'invalidate',
  'write',
  'mutation',
  'prefetch',
  'persist',
  'evict',
  'problem',
];

/** Steps that are not those of this page, or not those of now. */
interface Held {
  steps: Step[];
  isImported: boolean;
}

export function Log({ model }: { model: Model }) {
  const [search, setSearch] = useState('');
  const [type, setType] = useState('');
  const [held, setHeld] = useState<Held>();
  const [chosen, setChosen] = useState<Step>();
  const [problem, setProblem] = useState('');
  const [from, setFrom] = useState(0);
  const all = held?.steps ?? model.steps;
  const rows = useMemo(() => {
    const wanted = search.toLowerCase();
    return all.filter(
      (step) =>
        step.number > from &&
        (!type || step.type === type) &&
        (!wanted || line(step).toLowerCase().includes(wanted)),
    );
  }, [all, search, type, from]);
  const read = async (file: File | undefined) => {
    try {
      setHeld({ steps: parse((await file?.text()) ?? ''), isImported: true });
      setProblem('');
      setFrom(0);
    } catch (error) {
      setProblem(`${file?.name} is no log: ${error}`);
    }
  };
  return (
    <div class="full">
      <div class="bar">
        <button
          type="button"
          aria-pressed={held !== undefined}
          data-testid="log-pause"
          onClick={() => setHeld(held ? undefined : { steps: model.steps, isImported: false })}
        >
          {held?.isImported ? 'Back to this page' : held ? 'Go on' : 'Pause'}
        </button>
        <button
          type="button"
          data-testid="log-clear"
          disabled={held?.isImported}
          onClick={() => setFrom(model.steps.at(-1)?.number ?? 0)}
        >
          Clear
        </button>
        <input
          type="search"
          placeholder="Search the log"
          aria-label="Search the log"
          data-testid="log-search"
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
        <select
          aria-label="Type"
          data-testid="log-type"
          value={type}
          onChange={(event) => setType(event.currentTarget.value)}
        >
          <option value="">All types</option>
          {TYPES.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
        <span class="spring" />
        <span class="note" data-testid="log-count">
          {counted(rows.length, 'step')}
        </span>
        <button type="button" data-testid="log-export" onClick={() => save(rows)}>
          Export
        </button>
        <label class="file">
          Import
          <input
            type="file"
            accept="application/json,.json"
            data-testid="log-import"
            onChange={(event) => read(event.currentTarget.files?.[0])}
          />
        </label>
      </div>
      {problem && (
        <p class="bad pad" role="alert" data-testid="log-problem">
          {problem}
        </p>
      )}
      <div class="split">
        <div class="side">
          <List
            label="Log"
            testid="log"
            rows={rows}
            id={(step) => `${step.number}`}
            chosen={`${chosen?.number ?? ''}`}
            choose={setChosen}
            follows={!held}
          >
            {(step) => (
              <div class="log-row">
                <span class="note">{clock(step.time)}</span>
                <span class={tone(step)}>{title(step)}</span>
                <span class="ellipsis mono">
                  <Marked text={subject(step)} search={search} />
                </span>
                <span class="ellipsis note">{reason(step)}</span>
              </div>
            )}
          </List>
        </div>
        {chosen && (
          <section class="details" aria-label="Step" data-testid="step">
            <div class="scroll">
              <h2>{title(chosen)}</h2>
              <h3>Why</h3>
              <Why chain={chain(all, chosen)} />
              <h3>All of it</h3>
              <pre>{JSON.stringify(chosen, null, 2)}</pre>
            </div>
          </section>
        )}
      </div>
    </div>
  );
}

function line(step: Step): string {
  return `${title(step)} ${subject(step)} ${reason(step)}`;
}

/** A step and those that it came of, as far as they are there. */
function chain(all: readonly Step[], step: Step): Step[] {
  const found: Step[] = [];
  const [first] = all;
  let next: Step | undefined = step;
  while (next && first && !found.includes(next)) {
    found.push(next);
    const { because }: Step = next;
    next = because ? all[because - first.number] : undefined;
  }
  return found;
}

function save(steps: readonly Step[]): void {
  const text = JSON.stringify({ everfresh: 'log', steps }, null, 1);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = 'everfresh-log.json';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** The steps of a file. What is shown of one is text, whatever it holds. */
function parse(text: string): Step[] {
  const { everfresh, steps } = JSON.parse(text);
  if (everfresh !== 'log' || !Array.isArray(steps)) {
    throw new TypeError('it was not exported here');
  }
  return steps.filter(
    (step) =>
      typeof step?.type === 'string' &&
      Number.isFinite(step.number) &&
      Number.isFinite(step.time) &&
      TEXTS.every((name) => step[name] == null || typeof step[name] === 'string') &&
      (step.tags === undefined || Array.isArray(step.tags)) &&
      (step.type === 'problem' || typeof (step.url ?? step.targets ?? step.id) === 'string'),
  );
}

const TEXTS = ['url', 'targets', 'cause', 'reason', 'state', 'source', 'code', 'subject', 'method'];
