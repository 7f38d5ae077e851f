/** What the panels show: read again and again while the overlay is open, and drawn anew. */
import type { View } from '../opener.js';
import type { Cache } from '../types.js';
import type { Inspector, ListedEntry, Step } from './inspection.js';
import { type Place, recall, remember, within } from './place.js';
import { Simulation } from './simulation.js';

/** So often it is looked at. Milliseconds. */
const TICK = 200;
/** Entries that are read at once: more would keep the page waiting. */
const CHUNK = 500;
/** Steps that are kept. */
const KEPT = 5_000;

export class Model {
  readonly cache: Cache;
  readonly inspector: Inspector | undefined;
  readonly simulation: Simulation;
  place: Place = recall();
  /** What has happened, the last step at the end. */
  steps: Step[] = [];
  /** What is cached: another list when it was read anew. */
  entries: ListedEntry[] = [];
  /** The entry that is looked at, by its key. */
  selected = '';
  #reading: ListedEntry[] = [];
  #from = 0;
  #last = 0;
  #draw;
  #timer;
  #unlisten;
  /** Ends the monitoring that was begun here. */
  #unwatch: (() => void) | undefined;

  constructor(cache: Cache, inspector: Inspector | undefined, draw: () => void) {
    this.cache = cache;
    this.inspector = inspector;
    this.simulation = new Simulation(inspector);
    this.#draw = draw;
    this.#timer = setInterval(() => this.#tick(), TICK);
    // There may be another client, which numbers its steps anew.
    this.#unlisten = cache.events(({ type }) => type === 'flags' && this.#forget());
    this.#read();
  }

  /** Goes to a panel. */
  show(view: View): void {
    this.move({ view });
  }

  /** Goes to an entry. */
  look(key: string): void {
    this.selected = key;
    this.show('entries');
  }

  /** Another place, or another panel. */
  move(change: Partial<Place>): void {
    this.place = within({ ...this.place, ...change });
    remember(this.place);
    this.update();
  }

  /** Something was done: what came of it is shown at once. */
  update(): void {
    this.#read();
    this.#draw();
  }

  /** The step of a number, if it is still known. */
  step(number: number): Step | undefined {
    const [first] = this.steps;
    return first && this.steps[number - first.number];
  }

  /** A step and those that it came of, as far as they are known. */
  chain(step: Step): Step[] {
    const chain: Step[] = [];
    for (let next: Step | undefined = step; next; next = this.step(next.because)) {
      chain.push(next);
    }
    return chain;
  }

  /** Whether it was begun here. */
  get monitors(): boolean {
    return this.#unwatch !== undefined;
  }

  /** Watches how the cache is, until the overlay is closed. */
  monitor(): void {
    this.#unwatch ??= this.cache.startMonitoring();
  }

  end(): void {
    this.#unlisten();
    this.#unwatch?.();
    clearInterval(this.#timer);
    this.simulation.end();
  }

  #forget(): void {
    this.steps = [];
    this.#last = 0;
  }

  #tick(): void {
    if (!document.hidden) {
      this.update();
    }
  }

  #read(): void {
    const fresh = this.inspector?.steps(this.#last) ?? [];
    const [first] = fresh;
    if (first) {
      // Where some were missed in between, those before are of no use: their numbers would not fit.
      const before = first.number === this.#last + 1 ? this.steps : [];
      this.steps = [...before, ...fresh].slice(-KEPT);
      this.#last = first.number + fresh.length - 1;
    }
    const page = this.inspector?.entries(this.#from, CHUNK);
    if (page) {
      this.#reading.push(...page.entries);
      this.#from += CHUNK;
      if (!page.more) {
        this.entries = this.#reading;
        this.#reading = [];
        this.#from = 0;
      }
    }
  }
}
