/** A feature that may be turned off while the page runs. */
export type FlagName =
  /** All of it, the kill switch: turned off, the page goes on as if there were no cache. */
  | 'enabled'
  /** Standing in for `globalThis.fetch`, and watching `XMLHttpRequest`. */
  | 'wrapFetch'
  /** Keeping answers in localStorage. */
  | 'persist'
  /** Showing optimistic changes before their mutation is answered. */
  | 'optimistic'
  /** Storing durable mutations before they are sent. What is stored already is sent in any case. */
  | 'outbox'
  /** Fetching what may be wanted next. */
  | 'prefetch'
  /** Hearing from the server what is old, where the option `push` asks for that. */
  | 'push'
  /** The overlay. Whoever says that it is on allows it where the option `devtools` is left out. */
  | 'overlay'
  /** Measuring over time. */
  | 'metrics';

/** On, off, or on for this percentage of all clients, from 0 to 100: a client stays on its side. */
export type Flag = boolean | number;

/** What is on in this page. */
export type Flags = Readonly<Record<FlagName, boolean>>;

/** Which features are on, and who says so. What is left out is on. Times are milliseconds. */
export interface FlagsOptions extends Partial<Record<FlagName, Flag>> {
  /**
   * Where a server says otherwise, flag by flag, as JSON: `{"version": 1, "flags": {"prefetch": 50}}`. `true`:
   * at `/_everfresh/flags`. Its last good answer counts where it can't be had, and in all tabs.
   */
  url?: boolean | string;
  /** How often it is asked; a minute if left out. */
  interval?: number;
  /** How long its answer is waited for; a second if left out. */
  timeout?: number;
  /** What percentages go by, such as the id of a user; a random text of this browser's if left out. */
  client?: string;
}
