/** What can go wrong where a caller can do something about it. These names don't change. */
export type ErrorCode =
  /** The options or the rules document are wrong; the message names the path of the place. */
  | 'config-invalid'
  /** A query was answered by a status that is no success; `cause` is the `Response`, where there is one. */
  | 'http-error'
  /** The answer to a query says that it is JSON, and is not; `cause` is the parser's error. */
  | 'not-json'
  /** The wasm file is missing, blocked or broken, or it broke while it ran. */
  | 'wasm-unavailable'
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
}
