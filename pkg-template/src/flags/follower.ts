/** Keeps to what flags say, for as long as the page lives. */
import { random } from '../../../src/host/environment.js';
import type { Flag, FlagName, Flags, FlagsOptions } from '../flags.js';
import type { Scope } from '../types.js';
import { hash } from './bucket.js';
import { ANSWER, CLIENT, read, WHO, write } from './items.js';
import { type Native, Remote } from './remote.js';
import { check, chosen, flagsOf } from './values.js';

/** Where a server says what is on, if nobody has said otherwise. */
const URL_ = '/_everfresh/flags';
const INTERVAL = 60_000;
const TIMEOUT = 1000;

export class Follower {
  readonly #said: FlagsOptions;
  readonly #interval: number;
  readonly #client: string;
  readonly #remote: Remote | undefined;
  readonly #ended = new AbortController();
  #turn: (flags: Flags) => void = () => {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Who is signed in; nothing where the page does not say. */
  #who: string | undefined;
  #wasOn = true;

  /** @throws {EverfreshError} `config-invalid` */
  constructor(options: FlagsOptions, native: Native) {
    check(options);
    const { url, interval = INTERVAL, timeout = TIMEOUT, client } = options;
    this.#said = options;
    this.#interval = interval;
    this.#client = client ?? clientOf();
    if (url) {
      const { href } = new URL(url === true ? URL_ : url, globalThis.location.href);
      this.#remote = new Remote(href, timeout, native);
    }
  }

  /** Waits for the server where nothing is known of what it says. */
  async ready(): Promise<void> {
    if (this.#remote && !this.#remote.flags) {
      await this.#remote.ask();
    }
  }

  /** Calls `turn` with what is on: at once, and when that changes. */
  start(turn: (flags: Flags) => void): void {
    this.#turn = turn;
    this.#apply();
    if (this.#remote) {
      const { signal } = this.#ended;
      const look = () => this.#look();
      const hear = ({ key }: StorageEvent) => key === ANSWER && look();
      addEventListener('storage', hear, { signal });
      // Timers of a page that nobody sees may sleep, and in the back-forward cache it is told of nothing.
      globalThis.document?.addEventListener('visibilitychange', look, { signal });
      addEventListener('pageshow', look, { signal });
      this.#wait();
    }
  }

  /** Whether anybody says anything of a flag. */
  says(name: FlagName): boolean {
    return name in this.#flags;
  }

  /** Somebody is signed in, or nobody, by what this page says. */
  claim(scope: Scope | null): void {
    this.#who = `${hash(`${scope?.id ?? ''}`)}`;
    write(WHO, this.#who);
    this.#apply();
  }

  stop(): void {
    this.#ended.abort();
    clearTimeout(this.#timer);
  }

  /** All that is said: what the server says counts more. */
  get #flags(): Partial<Record<FlagName, Flag>> {
    return { ...chosen(this.#said), ...this.#remote?.flags };
  }

  #look(): void {
    this.#remote?.look();
    this.#apply();
    this.#wait();
  }

  /** Asks when an interval is over, unless another document does so before. */
  #wait(): void {
    clearTimeout(this.#timer);
    const left = this.#interval - (this.#remote?.age ?? 0);
    // Documents that were told together are not to ask together.
    this.#timer = setTimeout(() => this.#ask(), Math.max(0, left * (1 - Math.random() / 10)));
  }

  async #ask(): Promise<void> {
    const { signal } = this.#ended;
    await this.#remote?.ask();
    if (!signal.aborted) {
      this.#apply();
      this.#wait();
    }
  }

  #apply(): void {
    const flags = flagsOf(this.#flags, this.#client);
    // While it was off, somebody else may have signed in: this page would keep their data as its own user's (P8).
    const who = this.#wasOn ? undefined : this.#who;
    const isElse = who !== undefined && (read(WHO) ?? who) !== who;
    const enabled = flags.enabled && !isElse;
    this.#wasOn = enabled;
    this.#turn({ ...flags, enabled });
  }
}

function clientOf(): string {
  const known = read(CLIENT);
  const client = known || random();
  if (!known) {
    write(CLIENT, client);
  }
  return client;
}
