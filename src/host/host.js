// @ts-check
/**
 * What the client's effects come to (`src/platform/host.rs` declares it in Rust).
 */
import { Bodies } from './bodies.js';
import { Calls } from './calls.js';
import { perform } from './effects.js';
import { environment } from './environment.js';
import { Flights } from './flights.js';
import { Gate } from './gate.js';
import { head } from './head.js';
import { Layers } from './layers.js';
import { Leader } from './leader.js';
import { Listeners } from './listeners.js';
import { Mutations } from './mutations.js';
import { Queries } from './queries.js';
import { Reads } from './reads.js';
import { Recorder } from './recorder.js';
import { pack, unpack } from './response.js';
import { watch } from './signals.js';
import { Tabs } from './tabs.js';
import { tempId } from './temp-ids.js';
import * as wire from './wire.js';
import { Writes } from './writes.js';

/** @import { Client, Failure } from './boundary.js' */
/** @import { Observe } from './calls.js' */
/** @import { Answer } from './head.js' */
/** @import { Parts } from './effects.js' */
/** @import { Target } from './target.js' */
/** @import { Prefetches } from './prefetch.js' */
/** @import { Native } from './reads.js' */

export class Host {
  #gate;
  #tabs;
  #bodies = new Bodies();
  #reads;
  #writes;
  #layers;
  #queries;
  #mutations;
  #leader;
  /** @type {Parts} */ #parts;
  #listeners;
  #calls;
  /** What is measured. */
  recorder;

  /**
   * @param {Failure} Failure the class of our errors
   * @param {(message: string) => void} broken what to do when the client breaks
   */
  constructor(Failure, broken) {
    this.#gate = new Gate(Failure, (message) => {
      broken(message);
      this.#listeners.problem('wasm-unavailable', message);
    });
    this.#listeners = new Listeners(this.#gate);
    this.#tabs = new Tabs(
      (message) => this.#gate.tell(wire.HEARD, 0, 0, 0, [message]),
      (answer) => this.#mutations.told(answer),
      (document) => this.#gate.tell(wire.GONE, 0, 0, 0, [document]),
    );
    this.recorder = new Recorder(this.#gate, this.#tabs.document);
    /** @type {Observe} */
    const observe = ({ method, url }, response) => this.observe(method, url, response);
    this.#reads = new Reads(this.#gate, observe);
    this.#writes = new Writes(this.#gate);
    this.#calls = new Calls(this.#gate, this.#reads, this.#writes, observe);
    /** @param {string} subject */
    const failed = (subject) => this.#listeners.problem('operation-failed', subject);
    this.#layers = new Layers((url) => this.#queries.redraw(url), failed, this.#gate);
    this.#queries = new Queries(this.#gate, this.#reads, this.#bodies, this.#layers, this.recorder);
    this.#leader = new Leader(this.#tabs.document, 'everfresh:outbox', (leads) =>
      this.#gate.tell(wire.LEADING, +leads),
    );
    const parts = {
      gate: this.#gate,
      tabs: this.#tabs,
      bodies: this.#bodies,
      reads: this.#reads,
      writes: this.#writes,
      layers: this.#layers,
      queries: this.#queries,
      leader: this.#leader,
    };
    this.#mutations = new Mutations({
      ...parts,
      post: (answer) => this.#tabs.send(answer),
      failed,
    });
    const flights = new Flights(this.#gate, this.#reads, this.#bodies);
    this.#parts = { ...parts, flights, mutations: this.#mutations };
    this.#gate.atBegin(() => this.#begin());
    this.#gate.atEnd(() => this.#end());
  }

  /** What a client of this host needs to know. */
  get environment() {
    return environment(this.#tabs.document);
  }

  /**
   * From now on a client decides, until its end; then there may be another one.
   * @param {() => Client} make
   * @param {string} names the response headers that it reads
   */
  open(make, names) {
    this.#gate.names = names.trim().split(' ');
    this.#gate.open(make);
  }

  #begin() {
    const tabs = this.#tabs;
    const look = () => this.#gate.enter((client) => client.catchUp());
    const unwatch = watch({
      hidden: () => {
        this.flush();
        this.recorder.flush();
        this.#gate.tell(wire.SIGNAL, 1);
      },
      left: () => {
        this.flush();
        this.recorder.flush(true);
        this.#leader.close();
        tabs.close();
      },
      back: () => {
        tabs.open();
        look();
        this.#leader.open();
      },
      seen: () => {
        look();
        this.#gate.tell(wire.SIGNAL, 0);
      },
      connected: (online) => this.#gate.tell(wire.SIGNAL, online ? 2 : 3),
      look,
    });
    tabs.open();
    this.#listeners.count();
    return unwatch;
  }

  #end() {
    this.#leader.want(false);
    this.#tabs.leave();
    this.#bodies.clear();
  }

  /**
   * A `fetch` call of the page.
   * @param {Target} target
   * @param {any[]} args
   * @param {Native} native
   */
  call(target, args, native) {
    return this.#calls.call(target, args, this.#reads.through(native));
  }

  /**
   * A write that is sent by other means than `fetch`, once this has returned.
   * @param {Target} target
   * @param {unknown} body
   * @param {() => void} look whether its answer has come
   */
  follow({ method, url }, body, look) {
    return this.#writes.follow({ method, url: url.href, body }, look);
  }

  /**
   * Tells the client of an answer that it had no part in, where there is a client.
   * @param {string} method
   * @param {string} url
   * @param {Answer} response
   */
  observe(method, url, response) {
    const [status, flags, lines] = head(response, this.#gate.names);
    this.#gate.tell(wire.OBSERVED, 0, status, flags, [method, url, ...lines]);
    return this.#gate.isOpen;
  }

  /**
   * Invalidates what these name, limited to an origin where there is one.
   * @param {string[]} targets
   * @param {string | undefined} origin
   * @param {boolean} stale
   */
  invalidate(targets, origin, stale) {
    const lines = [origin ?? '', ...targets].map((line) => `${line}`.replaceAll('\n', ' '));
    this.#gate.tell(wire.INVALIDATE, +stale, 0, 0, lines);
    this.#queries.refresh();
  }

  /** What the page asks for otherwise than by `fetch`; there without a client, too. */
  get queries() {
    return this.#queries;
  }

  /**
   * What the page asks for before anybody wants it.
   * @param {new (gate: Gate, reads: Reads) => Prefetches} Made its class, which is loaded when it is first wanted
   */
  prefetches(Made) {
    this.#parts.prefetches ??= new Made(this.#gate, this.#reads);
    return this.#parts.prefetches;
  }

  /** What feature flags turn off, by name: all else is on. @param {Iterable<string>} names */
  turnOff(names) {
    this.#gate.off = new Set(names);
    this.#layers.redraw();
    // What is to be drawn is drawn as the client returns.
    this.#gate.look();
  }

  /** What has to do with all this. @template T @param {new (parts: Parts) => T} Made its class, which is loaded late */
  inspector(Made) {
    return new Made(this.#parts);
  }

  /** What the server says unasked, once a page wanted to hear it. */
  get push() {
    return this.#parts.push;
  }

  /** What the client reports. @param {'entries' | 'metrics' | 'prefetches'} what @returns {any} */
  report(what) {
    return JSON.parse(this.#gate.enter((client) => client[what]()) || 'null');
  }

  /** What is likely to come next; nothing before a page was visited. @param {number} most */
  predict(most) {
    return this.#parts.prefetches?.predict(most) ?? [];
  }

  /** Why a page would be prefetched, or would not. @param {string} url */
  explain(url) {
    return this.#parts.prefetches?.explain(url);
  }

  /** @param {any} options @returns {Promise<any>} */
  mutate(options) {
    return this.#mutations.mutate(options);
  }

  /** What stands for the id of what is being made. */
  tempId() {
    return tempId();
  }

  /** The mutations that are not done. */
  get mutations() {
    return this.#mutations.register;
  }

  /** What the outbox sends beside what is stored. @param {import('./attempts.js').Attempts['headers']} headers */
  set outboxHeaders(headers) {
    this.#mutations.headers = headers;
  }

  /** Native `fetch`, for requests that are no call of it. @param {Native} native */
  set native(native) {
    this.#reads.native = this.#reads.through(native);
  }

  /** Drops every entry. */
  clear() {
    this.#gate.tell(wire.CLEAR);
  }

  /** Somebody else is signed in, or nobody. @param {string} id */
  setScope(id) {
    this.#gate.tell(wire.SCOPE, 0, 0, 0, [id]);
    this.#parts.push?.rescope(id);
  }

  /** Writes what waits to be written. */
  flush() {
    this.#gate.tell(wire.FLUSH, 1);
  }

  /**
   * Calls `listener` with every event, until the function given back is called.
   * @param {(event: any) => void} listener
   */
  subscribe(listener) {
    return this.#listeners.add(listener);
  }

  /** Tells whoever listens of what no client knows. @param {object} event */
  announce(event) {
    this.#listeners.announce(event);
  }

  /** Whether there is a client. */
  get isOpen() {
    return this.#gate.isOpen;
  }

  /** Flushes, and ends the client's part. */
  close() {
    this.flush();
    this.recorder.end();
    this.#gate.enter((client) => client.close());
    this.#gate.close();
  }

  /** Ends the client's part, which is broken or was never there. */
  end() {
    this.#gate.close();
  }

  /** @param {number} kind @param {number} a @param {number} b @param {number} c @param {string} [text] */
  perform(kind, a, b, c, text = '') {
    perform(this.#parts, kind, a, b, c, text);
  }

  /** @param {string} text */
  emit(text) {
    this.#listeners.emit(text);
  }

  /** @param {number} id */
  pack(id) {
    const body = this.#bodies.get(id);
    return body && `\n${pack(body)}`;
  }

  /** @param {string} text */
  unpack(text) {
    const body = unpack(text);
    return body ? this.#bodies.add(body) : 0;
  }

  wake() {
    this.#gate.tell(wire.WAKE);
  }
}
