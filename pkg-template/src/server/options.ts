import { EverfreshError } from '../errors.js';
import { encode } from '../options.js';
import type { RulesDocument } from '../rules.js';
import type { Purger } from './purge.js';

/**
 * Options of a server: the rules document that browsers load too, and what there is of a database and of caches. Times
 * are milliseconds.
 */
export interface ServerOptions<
  Kind extends string = string,
  List extends string = string,
  Tag extends string = string,
> extends RulesDocument<Kind, List, Tag> {
  /**
   * Looks up an entity, before a write and after it: an object with the fields that the map names, such as
   * `{ chapterId: 3 }`, or the whole row; `null` in a field says that it has no such parent. Nothing where it is not
   * there: unless it was just deleted, the whole kind of each parent is touched then, as when it throws
   * (`parents-failed`). Left out, the JSON bodies of request and answer tell what they can.
   *
   * @example
   * parents: (kind, id) => kind === 'scene' ? db.scene.findUnique({ where: { id } }) : undefined
   */
  parents?: (
    kind: Kind,
    id: string,
  ) => object | null | undefined | Promise<object | null | undefined>;
  /** The server's own caches. */
  purger?: Purger | readonly Purger[];
  /** How often a purge is tried before it is given up; 3 if left out. */
  purgeAttempts?: number;
  /** How long an answer waits for purges, which go on all the same; 5,000 if left out. */
  purgeTimeout?: number;
  /** Hears what went wrong where an answer was sent all the same; `console.error` if left out. */
  onError?: (error: EverfreshError) => void;
  /** `everfresh/everfresh.server.wasm`, compiled, where code may not be compiled at run time, as in workers. */
  wasm?: WebAssembly.Module;
}

/** Options that were looked at: the document as JSON, and the rest. */
export interface Settings {
  document: string;
  kinds: string[];
  parents: ServerOptions['parents'];
  purgers: readonly Purger[];
  purgeAttempts: number;
  purgeTimeout: number;
  onError: (error: EverfreshError) => void;
  wasm: WebAssembly.Module | undefined;
}

/**
 * Looks at options; the document itself is looked at by the core.
 *
 * @throws {EverfreshError} `config-invalid`
 */
export function read(options: ServerOptions): Settings {
  const {
    parents,
    purger = [],
    purgeAttempts = 3,
    purgeTimeout = 5_000,
    onError = (error) => console.error(error),
    wasm,
    ...document
  } = options;
  const purgers = Array.isArray(purger) ? purger : [purger];
  check(!parents || typeof parents === 'function', 'parents', 'a function');
  check(typeof onError === 'function', 'onError', 'a function');
  check(
    purgers.every((one) => typeof one?.purge === 'function'),
    'purger',
    'an object with a function `purge`, or a list of these',
  );
  check(
    Number.isSafeInteger(purgeAttempts) && purgeAttempts > 0,
    'purgeAttempts',
    'a whole number, at least 1',
  );
  check(purgeTimeout >= 0 && purgeTimeout < 2 ** 31, 'purgeTimeout', 'a number of milliseconds');
  check(!wasm || wasm instanceof WebAssembly.Module, 'wasm', 'a WebAssembly.Module');
  return {
    document: encode(document),
    kinds: Object.keys(document.entities ?? {}),
    parents,
    purgers,
    purgeAttempts,
    purgeTimeout,
    onError,
    wasm,
  };
}

function check(holds: boolean, path: string, what: string): void {
  if (!holds) {
    throw new EverfreshError('config-invalid', `${path}: must be ${what}`);
  }
}
