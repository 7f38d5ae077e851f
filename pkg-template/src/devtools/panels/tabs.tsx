/** This tab, the others, and where the engine stands. */
import { useEffect, useState } from 'preact/hooks';
import { clock, span } from '../format.js';
import type { PushState } from '../inspection.js';
import type { Model } from '../model.js';

const LOCK = 'everfresh:';
const OUTBOX = 'everfresh:outbox';
/** Locks that are not names of documents. */
const ROLES = [OUTBOX, 'everfresh:push', 'everfresh:metrics'];
/** So often is asked which tabs there are. Milliseconds. */
const LOOK = 1_000;

const STATUSES: Record<PushState['status'], string> = {
  connecting: 'connecting',
  open: 'open',
  waiting: 'lost, will be tried again',
  offline: 'offline',
};

interface Tabs {
  documents: string[];
  sends: string | undefined;
}

export function TabsPanel({ model }: { model: Model }) {
  const own = model.inspector?.document ?? '';
  const state = model.inspector?.state();
  const push = model.inspector?.push;
  const [tabs, setTabs] = useState<Tabs>({ documents: [], sends: undefined });
  useEffect(() => {
    const ask = () => look().then(setTabs, () => {});
    ask();
    const timer = setInterval(ask, LOOK);
    return () => clearInterval(timer);
  }, []);
  const facts: [string, string | number][] = [
    ['Signed in', state?.scope || 'nobody'],
    [
      'Cache',
      model.inspector?.isOpen
        ? state?.displaced
          ? 'off: another tab says somebody else'
          : 'works'
        : 'off',
    ],
    ['localStorage', state?.stores ? 'works' : 'is not used'],
    ...pushFacts(push),
    ['Requests under way', state?.flights ?? 0],
    ['Writes under way', state?.writes ?? 0],
    ['Watchers', state?.watches ?? 0],
    ['Journal records', state?.records ?? 0],
    ['To be written', state?.unwritten ?? 0],
    ['Not looked at yet', state?.unscanned ?? 0],
  ];
  return (
    <div class="pad-x">
      <h2>Tabs</h2>
      {tabs.documents.length === 0 && <p class="note">This browser does not tell.</p>}
      <ul class="plain">
        {tabs.documents.map((document) => (
          <li key={document} data-testid="tab">
            <span class="mono">{document}</span>{' '}
            <span class="note">
              {document === own && 'this tab '}
              {document === tabs.sends && 'sends the outbox '}
              {document === push?.document && 'listens to the server'}
            </span>
          </li>
        ))}
      </ul>
      <h2>This tab</h2>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd data-testid={`state-${name.toLowerCase().replaceAll(' ', '-')}`}>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** How the connection is on which the server says what is old. */
function pushFacts(push: PushState | undefined): [string, string | number][] {
  if (!push) {
    return [['Push', 'no push']];
  }
  const { status, heard, lag, events, echoes } = push;
  return [
    ['Push', STATUSES[status]],
    ['Server heard', heard ? clock(heard) : 'not yet'],
    ['Push lag', heard ? span(lag) : 'unknown'],
    ['Pushed', events],
    ['Echoes of our writes', echoes],
  ];
}

/** Each document holds a lock of its name for as long as it is there. */
async function look(): Promise<Tabs> {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  const ours = held.filter(({ name }) => name?.startsWith(LOCK));
  const sender = ours.find(({ name }) => name === OUTBOX)?.clientId;
  const documents = ours.filter(({ name = '' }) => !ROLES.includes(name));
  const sends = documents.find(({ clientId }) => clientId === sender && sender !== undefined);
  return {
    documents: documents.map(({ name = '' }) => name.slice(LOCK.length)).sort(),
    sends: sends?.name?.slice(LOCK.length),
  };
}
