/** What the panels show: read again and again while the overlay is open, and drawn when something of it has changed. */
import type { View } from '../opener.js';
import type { Cache } from '../types.js';
import type { Inspector } from './inspection.js';
import { type Place, recall, remember, within } from './place.js';

/** So often it is looked at. Milliseconds. */
const TICK = 200;

export class Model {
  readonly cache: Cache;
  readonly inspector: Inspector | undefined;
  place: Place = recall();
  #draw;
  #timer;

  constructor(cache: Cache, inspector: Inspector | undefined, draw: () => void) {
    this.cache = cache;
    this.inspector = inspector;
    this.#draw = draw;
    this.#timer = setInterval(() => this.#tick(), TICK);
  }

  /** Goes to a panel. */
  show(view: View): void {
    this.move({ view });
  }

  /** Another place, or another panel. */
  move(change: Partial<Place>): void {
    this.place = within({ ...this.place, ...change });
    remember(this.place);
    this.#draw();
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    if (!document.hidden) {
      this.#draw();
    }
  }
}
