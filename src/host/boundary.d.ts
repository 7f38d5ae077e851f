/** The exports of the wasm module, as this folder sees them; `src/client.rs` says what they do. */
export interface Client {
  start(): void;
  tell(kind: number, a: number, b: number, c: number, text: string): void;
  look(): void;
  catchUp(): void;
  caches(url: string): boolean;
  writeTerms(method: string, url: string): string;
  entries(): string;
  prefetches(): string;
  metrics(): string;
  measured(peeks: number, renew: boolean): string;
  inspect(what: number, a: number, b: number, text: string): string;
  predict(most: number): string;
  explain(url: string): string;
  listen(wanted: boolean): void;
  close(): void;
}

/** The class of our errors, as far as they begin here. */
export type Failure = new (
  code:
    | 'config-invalid'
    | 'http-error'
    | 'mutation-discarded'
    | 'not-json'
    | 'not-storable'
    | 'outbox-full'
    | 'scope-missing'
    | 'wasm-unavailable',
  message: string,
  options?: { cause?: unknown },
) => Error;
