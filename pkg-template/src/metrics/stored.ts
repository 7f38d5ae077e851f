/** What the documents of this origin have measured: an item each while they are there, and one for all that are gone. */
import { PREFIX } from '../../../src/host/recorder.js';
import type * as Core from '../../wasm/metrics/everfresh.js';

/** Of the documents that are gone. */
const HISTORY = PREFIX;
/** One document at a time merges. */
const LOCK = 'everfresh:metrics';
/** Without locks, what wrote nothing for so many milliseconds is gone. */
const GONE = 24 * 60 * 60_000;

/** Merges all that there is; `item` is this document's, which has `text` by now. */
export function gather(core: typeof Core, item: string, text: string): Core.History {
  const history = remembered(core);
  for (const name of items()) {
    // A source that the history has is there only since its removal shows late.
    if (name !== item && !history.has(name)) {
      history.add(read(name));
    }
  }
  history.add(text);
  return history;
}

/** Moves what documents that are gone have measured into the history. No source is ever in it twice. */
export async function settle(core: typeof Core, item: string): Promise<void> {
  const { locks } = globalThis.navigator;
  const work = async () => merge(core, item, locks && (await here(locks)));
  await (locks ? locks.request(LOCK, { ifAvailable: true }, (lock) => lock && work()) : work());
}

function merge(core: typeof Core, item: string, open: Set<string> | undefined): void {
  const history = remembered(core);
  const all = items();
  const gone = all.filter((name) => name !== item && isGone(name, all, open));
  for (const name of gone) {
    if (!history.has(name)) {
      history.add(read(name));
      history.markMerged(name);
    }
  }
  try {
    localStorage.setItem(HISTORY, history.encode(Date.now()));
  } catch {
    // There is no room for it: what these have measured is lost, rather than an entry.
  }
  for (const name of gone) {
    localStorage.removeItem(name);
  }
  history.free();
}

function remembered(core: typeof Core): Core.History {
  const history = new core.History();
  history.add(read(HISTORY));
  return history;
}

/** The last item of a document that is there may still be written to. */
function isGone(name: string, all: string[], open: Set<string> | undefined): boolean {
  const [document, place] = split(name);
  if (!open) {
    const newest = /\nm(\d+)\t[^\n]*$/.exec(read(name));
    return !newest || Number(newest[1]) * 60_000 + GONE < Date.now();
  }
  return (
    !open.has(document) ||
    all.some((other) => split(other)[0] === document && split(other)[1] > place)
  );
}

function split(name: string): [document: string, place: number] {
  const [document = '', place] = name.slice(PREFIX.length).split('.');
  return [document, Number(place)];
}

/** The documents that are there. */
async function here(locks: LockManager): Promise<Set<string>> {
  const { held = [] } = await locks.query();
  return new Set(held.map(({ name = '' }) => name.replace(/^everfresh:/, '')));
}

function items(): string[] {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX) && name !== HISTORY);
  } catch {
    return [];
  }
}

function read(name: string): string {
  try {
    return localStorage.getItem(name) ?? '';
  } catch {
    return '';
  }
}
