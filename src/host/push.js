// @ts-check
/**
 * What a server says unasked: one document of this browser listens, and all are told by its journal. Loaded where a page
 * wants it. Nothing is held while the page may lie in the back-forward cache.
 */
import { Feed, pause } from './feed.js';
import { Leader } from './leader.js';
import { watch } from './signals.js';
import { PUSHED } from './wire.js';

/** @import { Parts } from './effects.js' */
/** @import { Answer } from './head.js' */
/** @import { Pushed } from './feed.js' */

/** Its lock, and the channel on which documents tell each other of it. */
const NAME = 'everfresh:push';
/** The item that says how far the server was heard: address, who is signed in, and the last event, a line each. */
const CURSOR = 'everfresh:cursor';
/** A connection on which nothing was heard for so many beats is dead. */
const BEATS = 3;

/**
 * How the connection is, as the document that listens has told.
 * @typedef {object} PushState
 * @property {string} document the one that listens
 * @property {'connecting' | 'open' | 'waiting' | 'offline'} status `waiting`: until it is tried again
 * @property {string} cursor the last event that counts in all documents; empty: none
 * @property {string} scope whose events these are
 * @property {number} heard when the server was last heard, in milliseconds since 1970; 0: not yet
 * @property {number} lag by how many milliseconds that came later than the quickest of this connection
 * @property {number} events that were heard
 * @property {number} echoes of these, those of our own writes
 */

export class Push {
  #parts;
  #feed = new Feed();
  #leader;
  #url = new URL('about:blank');
  #withCredentials = false;
  /** Who is signed in; nothing where no page says. */
  #scope = '';
  #online = true;
  #unwatch = () => {};
  #failures = 0;
  /** The quickest that anything took to come, clocks included. */
  #quickest = Number.POSITIVE_INFINITY;
  /** Milliseconds between two beats of the server. */
  #beat = 0;
  /** @type {EventSource | undefined} */ #source;
  /** @type {BroadcastChannel | undefined} */ #channel;
  /** When to try again, or to take the connection for dead. @type {ReturnType<typeof setTimeout> | undefined} */ #due;
  /** When an event has waited for long enough. @type {ReturnType<typeof setTimeout> | undefined} */ #held;
  /** @type {PushState | undefined} */ state;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    parts.push = this;
    parts.gate.atEnd(() => this.stop());
    this.#leader = new Leader(parts.tabs.document, NAME, (leads) =>
      leads ? this.#connect() : this.#disconnect(),
    );
  }

  /**
   * @param {string} url
   * @param {boolean} withCredentials cookies go to another origin, too
   * @param {string} [scope] who is signed in
   */
  start(url, withCredentials, scope) {
    const { gate, writes } = this.#parts;
    if (!gate.isOpen || !('EventSource' in globalThis)) {
      return;
    }
    this.#url = new URL(url, globalThis.location.href);
    this.#withCredentials = withCredentials;
    this.#open();
    if (scope !== undefined) {
      this.rescope(scope);
    }
    writes.seen = (id, answer) => this.#write(id, answer);
    this.#unwatch();
    this.#unwatch = watch({
      hidden() {},
      left: () => this.#close(),
      back: () => this.#open(),
      seen: () => this.state?.status === 'waiting' && this.#connect(),
      connected: (online) => {
        this.#online = online;
        this.#failures = 0;
        this.#connect();
      },
      look() {},
    });
    this.#leader.want(true);
  }

  /** Hears nothing, until it is started once more. */
  stop() {
    this.#unwatch();
    this.#parts.writes.seen = () => {};
    this.#close();
    this.#leader.want(false);
    if (this.state) {
      this.state = { ...this.state, status: 'offline' };
    }
  }

  /** Somebody else is signed in: the server tells them other things. @param {string} scope */
  rescope(scope) {
    this.#post({ scope });
    this.#follow(scope);
  }

  #open() {
    try {
      this.#channel = new BroadcastChannel(NAME);
      this.#channel.onmessage = ({ data }) => this.#hear(data);
    } catch {
      // Where site data is forbidden, no tab knows of another.
    }
    this.#post({ asks: true });
    this.#leader.open();
  }

  #close() {
    this.#disconnect();
    this.#leader.close();
    this.#channel?.close();
    this.#channel = undefined;
  }

  /** Another document says something. @param {any} message */
  #hear({ asks, scope, write, isOver, id, state }) {
    if (state && !this.#leader.leads) {
      this.state = state;
    } else if (asks && this.#leader.leads) {
      this.#post({ state: this.state });
    } else if (scope !== undefined) {
      this.#follow(scope);
    } else if (write) {
      this.#note(write, isOver, id);
    }
  }

  /** @param {string} scope */
  #follow(scope) {
    if (scope !== this.#scope) {
      this.#scope = scope;
      this.#connect();
    }
  }

  /**
   * A write of this document has begun, or has ended: with an answer, or `null`.
   * @param {number} id
   * @param {Answer | null} [answer]
   */
  #write(id, answer) {
    const write = `${this.#parts.tabs.document}.${id}`;
    const isOver = answer !== undefined;
    const event = answer && this.#echo(answer);
    this.#post({ write, isOver, id: event });
    this.#note(write, isOver, event);
  }

  /** @param {string} write @param {boolean} isOver @param {string | null} [id] */
  #note(write, isOver, id) {
    if (isOver) {
      this.#feed.ended(write, id);
      this.#run();
    } else {
      this.#feed.begun(write, Date.now());
    }
  }

  /**
   * The event that says what an answer has said: only where that could be read.
   * @param {Answer} answer
   */
  #echo({ url, headers }) {
    try {
      const isOurs = new URL(url).origin === this.#url.origin && headers.has('x-cache-invalidate');
      return isOurs ? headers.get('x-cache-cursor') : null;
    } catch {
      // It is no answer.
      return null;
    }
  }

  #connect() {
    if (!this.#leader.leads) {
      return;
    }
    this.#disconnect();
    if (!this.#online) {
      this.#tell('offline');
      return;
    }
    const cursor = this.#cursor();
    const url = new URL(this.#url);
    if (cursor) {
      url.searchParams.set('cursor', cursor);
    }
    this.#tell('connecting', { cursor, scope: this.#scope });
    const source = new EventSource(url, { withCredentials: this.#withCredentials });
    this.#source = source;
    this.#quickest = Number.POSITIVE_INFINITY;
    source.onerror = () => this.#retry();
    /** @param {string} name @param {(data: any, id: string) => void} [take] */
    const on = (name, take) =>
      source.addEventListener(name, ({ data, lastEventId }) => {
        try {
          const message = JSON.parse(data);
          this.#heard(message);
          take?.(message, lastEventId);
        } catch {
          // It is no server of ours.
          this.#retry();
        }
      });
    on('ready', ({ beat, complete }, id) => {
      this.#failures = 0;
      this.#beat = beat;
      this.#tell('open');
      this.#watchBeat();
      // Who has no place to go on from does not know what has happened to what there is.
      const targets = complete ? (cursor ? '' : '*;mode=stale') : '*';
      this.#take({ id, targets, isUrgent: true, at: Date.now() });
    });
    on('invalidate', ({ complete, targets }, id) =>
      this.#take({
        id,
        targets: complete ? targets : '*',
        isUrgent: !complete,
        at: Date.now(),
      }),
    );
    on('beat');
  }

  #disconnect() {
    clearTimeout(this.#due);
    clearTimeout(this.#held);
    this.#source?.close();
    this.#source = undefined;
    this.#feed.forget();
  }

  #retry() {
    this.#disconnect();
    this.#tell('waiting');
    this.#due = setTimeout(() => this.#connect(), pause(this.#failures, Math.random()));
    this.#failures += 1;
  }

  /** @param {{ at: number }} message */
  #heard({ at }) {
    const now = Date.now();
    const took = now - at;
    this.#quickest = Math.min(this.#quickest, took);
    this.#watchBeat();
    this.#tell('open', { heard: now, lag: took - this.#quickest });
  }

  #watchBeat() {
    clearTimeout(this.#due);
    if (this.#beat > 0) {
      this.#due = setTimeout(() => this.#retry(), BEATS * this.#beat);
    }
  }

  /** @param {Pushed} event */
  #take(event) {
    this.#feed.take(event);
    this.#run();
  }

  /** Does what is to be done. The place is kept once the journal has what came before it. */
  #run() {
    clearTimeout(this.#held);
    for (;;) {
      const next = this.#feed.next(Date.now());
      if (typeof next === 'number') {
        this.#held = setTimeout(() => this.#run(), next);
        return;
      }
      if (!next) {
        return;
      }
      const { event, isOwn } = next;
      if (event.targets && !isOwn) {
        this.#parts.gate.tell(PUSHED, 0, 0, 0, [this.#url.origin, event.targets]);
      }
      this.#keep(event.id);
      const { events = 0, echoes = 0 } = this.state ?? {};
      this.#tell('open', { events: events + +!!event.targets, echoes: echoes + +isOwn });
    }
  }

  /** How far the server was heard, for whoever is signed in. */
  #cursor() {
    const { scope, cursor = '' } = this.state ?? {};
    try {
      const [url, whose, stored] = (localStorage.getItem(CURSOR) ?? '').split('\n');
      if (url === this.#url.href && whose === encodeURIComponent(this.#scope)) {
        return stored;
      }
    } catch {
      // Storage is blocked: what the others have told is all there is.
    }
    return scope === this.#scope ? cursor : '';
  }

  /** @param {string} id */
  #keep(id) {
    this.#tell('open', { cursor: id });
    try {
      localStorage.setItem(
        CURSOR,
        [this.#url.href, encodeURIComponent(this.#scope), id].join('\n'),
      );
    } catch {
      // Whoever comes next is told more than is needed.
    }
  }

  /** @param {PushState['status']} status @param {Partial<PushState>} [more] */
  #tell(status, more) {
    const { document } = this.#parts.tabs;
    const fresh = { cursor: '', scope: this.#scope, heard: 0, lag: 0, events: 0, echoes: 0 };
    const before = this.state?.document === document ? this.state : fresh;
    this.state = { ...before, ...more, document, status };
    this.#post({ state: this.state });
  }

  /** @param {object} message */
  #post(message) {
    this.#channel?.postMessage(message);
  }
}
