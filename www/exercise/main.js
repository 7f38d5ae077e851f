// @ts-check

import { byId, h } from '../shared/dom.js';
import { mutationsOf } from '../shared/mutations.js';
import { Outbox } from '../shared/outbox.js';
import { rendered, running, start } from '../shared/start.js';
import { tell } from '../shared/switches.js';
import { timeOfDay } from '../shared/units.js';

const SCENE = '/studio/api/scenes/1';
const EDITOR = '/studio/?story=42&chapter=1&scene=1';
/** How long the server is told to take, and how long anything else may. Milliseconds. */
const SLOW = 5_000;
const PATIENCE = 30_000;

const button = byId('start', HTMLButtonElement);
button.addEventListener('click', run);
rendered();

async function run() {
  if (running() !== null) {
    // This page would send what the window saves. It is to begin without a cache.
    location.reload();
    return;
  }
  // Now, while the browser knows that somebody has clicked: later it would be stopped as an advertisement.
  const victim = open(EDITOR, 'everfresh-exercise', 'popup,width=1040,height=760');
  if (victim === null) {
    say(
      'The browser has stopped the window. Allow windows for this page, and start again.',
      'error',
    );
    return;
  }
  button.disabled = true;
  byId('steps').replaceChildren();
  try {
    await kill(victim);
    await recover();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error), 'error');
  } finally {
    victim.close();
    button.disabled = false;
    if (running() !== null) {
      button.textContent = 'Start over';
    }
  }
}

/** What the window has written, and the version of the scene before. */
const written = { line: '', version: 0 };

/**
 * Lets the window save, and closes it in the middle of that.
 *
 * @param {Window} victim
 */
async function kill(victim) {
  const before = await tell('GET', SCENE);
  const { writeLatencyMs } = (await tell('PATCH', '/_demo/state', {})) ?? {};
  if (before === null || writeLatencyMs === undefined) {
    throw new Error('The server could not be reached.');
  }
  await tell('PATCH', '/_demo/state', { writeLatencyMs: SLOW });
  try {
    await until(() => field(victim)?.disabled === false, 'The window did not show the scene.');
    written.version = before.version;
    written.line = `Written in a window that was closed at ${timeOfDay(Date.now())}.`;
    const text = /** @type {HTMLTextAreaElement} */ (field(victim));
    text.value = `${text.value.trimEnd()}\n\n${written.line}`;
    text.dispatchEvent(new Event('input'));
    const sent = await writes();
    victim.document.getElementById('scene-save')?.click();
    say(`The window saves: “${written.line}”`);
    await until(async () => (await writes()) > sent, 'The window did not send its save.');
    say('The server has the request, and takes its time.');
    victim.close();
    await until(() => victim.closed, 'The window could not be closed.');
    say('The window is gone. Nobody waits for the answer.');
  } finally {
    await tell('PATCH', '/_demo/state', { writeLatencyMs });
  }
}

/** Lets this page finish what the window has begun, and looks at what came of it. */
async function recover() {
  const { cache, reason } = await start();
  if (cache === null) {
    throw new Error(`The cache is not running here: ${reason}. The Studio will send the edit.`);
  }
  const panel = byId('outbox-here');
  panel.append(new Outbox().element);
  panel.hidden = false;
  const waits = mutationsOf(SCENE).length > 0;
  say(
    waits
      ? 'This page has found the edit in storage, and sends it again.'
      : 'Another tab was quicker: it has the edit already.',
  );
  await until(() => mutationsOf(SCENE).length === 0, 'The edit is still in the outbox.');
  const { text, version } = (await tell('GET', SCENE)) ?? { text: '', version: 0 };
  const times = text.split(written.line).length - 1;
  if (times === 1 && version === written.version + 1) {
    say(
      `The server has the line once, in version ${version}. Before, it was ${written.version}.`,
      'done',
    );
  } else {
    say(`The server has the line ${times} times, in version ${version}.`, 'error');
  }
}

/** How many writes of the scene the server has seen. */
async function writes() {
  const { log } = (await tell('GET', '/_demo/state')) ?? { log: [] };
  return log.filter(
    (/** @type {{ method: string, path: string }} */ { method, path }) =>
      method === 'PATCH' && path === SCENE,
  ).length;
}

/**
 * The text in the window, once there is one.
 *
 * @param {Window} victim
 */
function field(victim) {
  return /** @type {HTMLTextAreaElement | null} */ (
    victim.document?.getElementById('scene-text') ?? null
  );
}

/**
 * @param {string} text
 * @param {'step' | 'done' | 'error'} [kind]
 */
function say(text, kind = 'step') {
  byId('steps').append(h('li', { 'data-kind': kind }, text));
}

/**
 * Waits for something, and not for ever.
 *
 * @param {() => boolean | Promise<boolean>} isSo
 * @param {string} complaint
 */
async function until(isSo, complaint) {
  for (const end = Date.now() + PATIENCE; !(await isSo()); ) {
    if (Date.now() > end) {
      throw new Error(complaint);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
