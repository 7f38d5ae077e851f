/** The exports of the wasm module, as this folder sees them; `src/client.rs` says what they do. */
export interface Client {
  start(): void;
  tell(kind: number, a: number, b: number, c: number, text: string): void;
  catchUp(): void;
  writeFields(method: string, url: string): string;
  entries(): string;
  listen(wanted: boolean): void;
  close(): void;
}

/** The class of our errors, as far as they begin here. */
export type Failure = new (
  code: 'config-invalid' | 'http-error' | 'not-json' | 'wasm-unavailable',
  message: string,
  options?: { cause?: unknown },
) => Error;
