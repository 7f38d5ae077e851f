/** A network that is worse than the one that is there. All of it is off again when the overlay is closed. */
import type { Fetch, Inspector } from './inspection.js';

export class Simulation {
  isOffline = false;
  /** Milliseconds that each request takes longer. */
  delay = 0;
  /** The status that writes are answered by without being sent; 0: they are sent. */
  failure = 0;
  /** No message reaches other tabs, or comes from them. */
  isMute = false;
  readonly #inspector;

  constructor(inspector: Inspector | undefined) {
    this.#inspector = inspector;
  }

  get isOn(): boolean {
    return this.isOffline || this.delay > 0 || this.failure > 0 || this.isMute;
  }

  set(change: Partial<Pick<Simulation, 'isOffline' | 'delay' | 'failure' | 'isMute'>>): void {
    const before = this.isOffline;
    Object.assign(this, change);
    const changesNetwork = this.isOffline || this.delay > 0 || this.failure > 0;
    this.#inspector?.simulate(changesNetwork ? this.#fetch : undefined, this.isMute);
    if (before !== this.isOffline) {
      this.#inspector?.signal(!this.isOffline && navigator.onLine);
    }
  }

  end(): void {
    if (this.isOn) {
      this.set({ isOffline: false, delay: 0, failure: 0, isMute: false });
    }
  }

  #fetch = async (args: unknown[], native: Fetch): Promise<Response> => {
    const [input, init] = args as [RequestInfo | URL, RequestInit?];
    const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
    if (this.delay > 0) {
      await new Promise((resolve) => setTimeout(resolve, this.delay));
    }
    if (this.isOffline) {
      throw new TypeError('Failed to fetch: the devtools simulate that there is no network');
    }
    if (this.failure > 0 && !/^(get|head|options)$/i.test(method)) {
      return new Response('The devtools simulate that this write fails.', {
        status: this.failure,
        statusText: 'Simulated',
      });
    }
    return native(args);
  };
}
