import type { Host } from '../../src/host/host.js';
import type { Wrapper } from '../../src/host/wrapper.js';
import type { Follower } from './everfresh.flags.js';
import type { Flags } from './flags.js';
import { type Engine, loadFlags, loadPush } from './load.js';
import type { MetricsOptions } from './metrics.js';
import type { Opener } from './opener.js';
import { encode } from './options.js';
import type { CacheOptions, Scope } from './types.js';

/** What is on where nobody says otherwise. */
export const ALL_ON: Flags = {
  enabled: true,
  wrapFetch: true,
  persist: true,
  optimistic: true,
  outbox: true,
  prefetch: true,
  push: true,
  overlay: true,
  metrics: true,
};

/** What a cache does beside being asked. */
export interface Doings {
  readonly devtools: Opener;
  heedHtml(heeds: boolean): void;
  keepMetrics(options: MetricsOptions): void;
}

/** What flags are kept to, if any; it knows by then what they say. */
export async function followerOf(
  { flags }: CacheOptions,
  wrapper: Wrapper,
): Promise<Follower | undefined> {
  if (!flags) {
    return undefined;
  }
  const { Follower } = await loadFlags();
  const follower = new Follower(flags, wrapper.native);
  await follower.ready();
  return follower;
}

/** The features of a cache: each is on or off, and may change sides while the page runs. */
export class Features {
  on: Flags | undefined;
  readonly #engine: Engine;
  readonly #wrapper: Wrapper;
  readonly #host: Host;
  readonly #cache: Doings;
  readonly #options: CacheOptions;
  readonly #follower: Follower | undefined;
  #scope: Scope | null | undefined;
  /** Whether the overlay may be opened, and how. */
  #allowed: CacheOptions['devtools'];

  constructor(
    engine: Engine,
    wrapper: Wrapper,
    host: Host,
    cache: Doings,
    options: CacheOptions,
    follower: Follower | undefined,
  ) {
    this.#engine = engine;
    this.#wrapper = wrapper;
    this.#host = host;
    this.#cache = cache;
    this.#options = options;
    this.#follower = follower;
    this.#scope = options.scope;
  }

  /** @throws {EverfreshError} `config-invalid`, `wasm-unavailable` where the cache can't be opened */
  start(): void {
    if (this.#follower) {
      if (this.#scope !== undefined) this.#follower.claim(this.#scope);
      this.#follower.start((flags) => this.#turn(flags));
    } else {
      this.#turn(ALL_ON);
    }
  }

  claim(scope: Scope | null): void {
    this.#scope = scope;
    this.#follower?.claim(scope);
  }

  stop(): void {
    this.#follower?.stop();
  }

  #turn(on: Flags): void {
    const before = this.on;
    this.#overlay(on);
    const changed = (...names: (keyof Flags)[]) =>
      !before || names.some((name) => before[name] !== on[name]);
    if (before && !changed(...(Object.keys(on) as (keyof Flags)[]))) {
      return;
    }
    this.on = on;
    this.#host.turnOff(Object.keys(on).filter((name) => !on[name as keyof Flags]));
    // What its client is made with can't change: there is another one, which begins with nothing.
    const isOther = changed('enabled', 'persist', 'metrics');
    if (isOther && (before || !on.enabled)) {
      this.#wrapper.rest();
    }
    this.#wrapper.allow(on.enabled && on.wrapFetch);
    if (isOther && on.enabled) {
      this.#open(on, !before);
    }
    this.#begin(on, changed);
    if (before) {
      this.#host.announce({ type: 'flags', flags: on });
    }
  }

  #open({ persist, metrics }: Flags, isFirst: boolean): void {
    const { outboxHeaders, devtools, push, flags, ...rest } = this.#options;
    const text = encode({
      ...rest,
      scope: this.#scope,
      persist: persist && rest.persist,
      metrics: metrics && rest.metrics !== false,
    });
    const client = () => new this.#engine.Client(text, this.#host.environment, this.#host);
    try {
      this.#wrapper.open(this.#host, client, this.#engine.responseHeaders());
    } catch (error) {
      if (isFirst) {
        throw error;
      }
      // Nobody waits for this one.
      this.#wrapper.fail(error instanceof Error ? error.message : `${error}`);
    }
  }

  /** Begins and ends what goes on beside the client. */
  #begin(on: Flags, changed: (...names: (keyof Flags)[]) => boolean): void {
    const { prefetchHtml, metrics = true } = this.#options;
    if (prefetchHtml && changed('enabled', 'prefetch')) {
      this.#cache.heedHtml(on.enabled && on.prefetch);
    }
    if (changed('enabled', 'persist', 'metrics') && on.enabled && on.metrics && metrics) {
      this.#cache.keepMetrics(metrics === true ? {} : metrics);
    }
    if (changed('enabled', 'persist', 'metrics', 'push')) {
      this.#push();
    }
  }

  /** Who says that it is on allows it wherever the page does not say. */
  #overlay({ enabled, overlay }: Flags): void {
    const chosen = this.#options.devtools ?? (this.#follower?.says('overlay') || undefined);
    const allowed = enabled && overlay ? chosen : false;
    if (!this.on || allowed !== this.#allowed) {
      this.#allowed = allowed;
      this.#cache.devtools.end();
      this.#cache.devtools.allow(allowed);
    }
  }

  /** Another client needs another connection, since what was heard is nothing to it. */
  #push(): void {
    const { push } = this.#options;
    this.#host.push?.stop();
    if (push) {
      loadPush()
        .then(({ listen }) => {
          if (this.on?.enabled && this.on.push) {
            listen(this.#host, push, this.#scope);
          }
        })
        .catch((error) => console.warn(`everfresh: push could not be loaded (${error}).`));
    }
  }
}
