/** The exports of the wasm module, as this folder sees them; `src/client.rs` says what they do. */
export interface Client {
  start(): void;
  read(
    read: number,
    method: string,
    url: string,
    headers: string[],
    cache: number,
    variant: string,
    opaque: boolean,
  ): void;
  abort(read: number): void;
  responded(flight: number, ...head: Head): void;
  body(flight: number, body: unknown, size: number, text: boolean, fields: string[]): void;
  failed(flight: number): void;
  write(
    write: number,
    method: string,
    url: string,
    headers: string[],
    cache: number,
    variant: string,
    opaque: boolean,
    fields: string[],
  ): void;
  answered(write: number, ...rest: [...head: Head, fields: string[]]): void;
  unanswered(write: number): void;
  observed(method: string, url: string, ...head: Head): void;
  writeFields(method: string, url: string): string[];
  invalidate(texts: string[], origin: string | undefined, stale: boolean): void;
  clear(): void;
  entries(): unknown;
  subscribe(listener: (event: never) => void): number;
  unsubscribe(id: number): void;
  flush(): void;
  close(): void;
}

/** Status, headers in turn, the URL after redirects, and whether the answer can't be read whole. */
export type Head = [
  status: number,
  headers: string[],
  url: string | undefined,
  unreadable: boolean,
];

/** The class of our errors, as far as they begin here. */
export type Failure = new (code: 'config-invalid' | 'wasm-unavailable', message: string) => Error;
