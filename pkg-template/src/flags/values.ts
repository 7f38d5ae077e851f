/** What may be said of flags, and what it comes to for a client. */
import { EverfreshError } from '../errors.js';
import type { Flag, FlagName, Flags, FlagsOptions } from '../flags.js';
import { bucketOf } from './bucket.js';

export const NAMES: readonly FlagName[] = [
  'enabled',
  'wrapFetch',
  'persist',
  'optimistic',
  'outbox',
  'prefetch',
  'push',
  'overlay',
  'metrics',
];

/** What is said of the flags that there are, as far as it can be understood. */
export function chosen(said: unknown): Partial<Record<FlagName, Flag>> {
  const values = Object(said);
  return Object.fromEntries(
    NAMES.filter((name) => isFlag(values[name])).map((name) => [name, values[name]]),
  );
}

/** What is on for a client. */
export function flagsOf(said: Partial<Record<FlagName, Flag>>, client: string): Flags {
  const isOn = (name: FlagName) => {
    const flag = said[name] ?? true;
    return typeof flag === 'number' ? bucketOf(name, client) < flag * 100 : flag;
  };
  return Object.fromEntries(NAMES.map((name) => [name, isOn(name)])) as Record<FlagName, boolean>;
}

/** @throws {EverfreshError} `config-invalid` for what is no option of flags */
export function check({ url, interval, timeout, client, ...flags }: FlagsOptions): void {
  const need = (fine: boolean, problem: string) => {
    if (!fine) {
      throw new EverfreshError('config-invalid', `flags: ${problem}`);
    }
  };
  for (const [name, value] of Object.entries(flags)) {
    need(NAMES.includes(name as FlagName), `${name}: there is no such flag`);
    need(
      value === undefined || isFlag(value),
      `${name}: must be true, false or a percentage from 0 to 100`,
    );
  }
  need(['undefined', 'boolean', 'string'].includes(typeof url), 'url: must be a text or true');
  need(client === undefined || typeof client === 'string', 'client: must be a text');
  for (const [name, value] of Object.entries({ interval, timeout })) {
    const isFine = typeof value === 'number' && value > 0 && value < 2 ** 31;
    need(value === undefined || isFine, `${name}: must be a number of milliseconds over 0`);
  }
}

function isFlag(value: unknown): value is Flag {
  return typeof value === 'boolean' || (typeof value === 'number' && value >= 0 && value <= 100);
}
