/** What can go wrong where a caller can do something about it. These names don't change. */
export type ErrorCode =
  /** The options or the rules document are wrong; the message names the path of the place. */
  | 'config-invalid'
  /** A query or a mutation was answered by a status that is no success; `cause` is the `Response`, where there is one. */
  | 'http-error'
  /** The answer says that it is JSON, and is not; `cause` is the parser's error. */
  | 'not-json'
  /** A durable mutation was refused, since the outbox is full, or storage takes nothing. */
  | 'outbox-full'
  /** A durable mutation was refused, since nobody is signed in. */
  | 'scope-missing'
  /** A durable mutation was refused, since something in it is no plain data, such as a function or a blob. */
  | 'not-storable'
  /** A mutation was given up before it was done: by `discard`, or since it was too old to be sent. */
  | 'mutation-discarded'
  /** A server's cache could not be purged, or was not within its time; `cause` is the last error. */
  | 'purge-failed'
  /** Parents could not be looked up on a server; `cause` is why. */
  | 'parents-failed'
  /** The wasm file is missing, blocked or broken, or it broke while it ran. */
  | 'wasm-unavailable'
  /** The overlay is not allowed by the option `devtools`, or its script could not be loaded; `cause` is why. */
  | 'devtools-off'
  /** Reports and monitoring could not be loaded, or there is no cache; `cause` is why. */
  | 'metrics-unavailable'
  /** A cache was asked for something where there is no page, such as on a server. */
  | 'no-page'
  /** The wasm file is of another version than the script. */
  | 'version-mismatch';

/** An error of everfresh. */
export class EverfreshError extends Error {
  override readonly name = 'EverfreshError';

  constructor(
    /** What happened, for programs. */
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }

  /** Entries of the package that are bundled apart have a copy of this class each. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'EverfreshError';
  }
}
