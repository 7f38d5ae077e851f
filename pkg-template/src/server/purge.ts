import { EverfreshError } from '../errors.js';
import type { Target } from '../target.js';

/** A cache of the server's own. */
export interface Purger {
  /**
   * Drops what these name, `mode` or not: a server's cache has no stale data to show. `value` is the same as a value of
   * `X-Cache-Invalidate`, at most 8 KiB. One that fails is called again.
   */
  purge(targets: Target[], value: string): void | Promise<void>;
}

/** What to purge. */
export interface Purge {
  targets: Target[];
  value: string;
}

/** First pause before another attempt, in milliseconds; the next ones are twice as long each. */
const PAUSE = 50;

/** The server's caches. */
export class Purging {
  constructor(
    readonly purgers: readonly Purger[],
    readonly attempts: number,
    readonly timeout: number,
  ) {}

  /** Purges all of them; ends when that is done, was given up, or takes too long, with what went wrong. */
  async purge(purge: Purge): Promise<EverfreshError[]> {
    if (!purge.targets.length) {
      return [];
    }
    const ended = await Promise.all(this.purgers.map((purger) => this.#inTime(purger, purge)));
    return ended.filter((error) => error !== undefined);
  }

  async #inTime(purger: Purger, purge: Purge): Promise<EverfreshError | undefined> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<EverfreshError>((resolve) => {
      const message = `not purged within ${this.timeout} ms, and still under way: ${purge.value}`;
      timer = setTimeout(() => resolve(new EverfreshError('purge-failed', message)), this.timeout);
    });
    const ended = await Promise.race([this.#repeat(purger, purge), late]);
    clearTimeout(timer);
    return ended;
  }

  async #repeat(purger: Purger, { targets, value }: Purge): Promise<EverfreshError | undefined> {
    for (let attempt = 1; ; attempt++) {
      try {
        await purger.purge(targets, value);
        return undefined;
      } catch (cause) {
        if (attempt >= this.attempts) {
          const message = `not purged, in ${attempt} attempts (${cause}): ${value}`;
          return new EverfreshError('purge-failed', message, { cause });
        }
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE * 2 ** (attempt - 1)));
    }
  }
}
