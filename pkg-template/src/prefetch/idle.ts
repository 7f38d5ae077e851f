import type { Prefetch } from './element.js';

/** Where the browser can't tell idle time (WebKit), this many milliseconds stand for it. */
const GUESS = 50;

interface Job {
  url: string | URL;
  ended: AbortController;
}

/** Prefetches one URL after the other, each when the browser is idle. */
export class Idle {
  readonly #prefetch: Prefetch;
  readonly #timeout: number | undefined;
  readonly #jobs = new Set<Job>();
  #runs = false;

  /** @param timeout milliseconds after which a page that is never idle counts as idle */
  constructor(prefetch: Prefetch, timeout?: number) {
    this.#prefetch = prefetch;
    this.#timeout = timeout;
  }

  /** One more; the function given back gives it up. */
  add(url: string | URL): () => void {
    const job = { url, ended: new AbortController() };
    this.#jobs.add(job);
    if (!this.#runs) {
      this.#runs = true;
      this.#run();
    }
    return () => {
      this.#jobs.delete(job);
      job.ended.abort();
    };
  }

  async #run(): Promise<void> {
    // What is added meanwhile has its turn, too.
    for (const job of this.#jobs) {
      await idle(this.#timeout);
      if (this.#jobs.delete(job)) {
        await this.#prefetch(job.url, { trigger: 'idle', signal: job.ended.signal });
      }
    }
    this.#runs = false;
  }
}

function idle(timeout?: number): Promise<unknown> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in globalThis) {
      requestIdleCallback(resolve, timeout === undefined ? {} : { timeout });
    } else {
      setTimeout(resolve, Math.min(timeout ?? GUESS, GUESS));
    }
  });
}
