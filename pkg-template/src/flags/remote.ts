/** What a server says of flags, and its last good answer, which all documents of this browser share. */
import type { Flag } from '../flags.js';
import { ANSWER, read, write } from './items.js';
import { chosen } from './values.js';

/** A good answer. */
interface Answer {
  url: string;
  /** When it was given, in milliseconds since 1970. */
  at: number;
  flags: Record<string, Flag>;
}

/** Native `fetch`, as it is reached past the cache. */
export type Native = (args: [string, RequestInit]) => Promise<Response>;

export class Remote {
  readonly #url: string;
  readonly #timeout: number;
  readonly #native: Native;
  #last: Answer | undefined;
  /** When it was last asked by this document, in milliseconds since 1970. */
  #asked = 0;

  /** @param timeout in milliseconds */
  constructor(url: string, timeout: number, native: Native) {
    this.#url = url;
    this.#timeout = timeout;
    this.#native = native;
    this.look();
  }

  /** What was last said; nothing before anything was. */
  get flags(): Record<string, Flag> | undefined {
    return this.#last?.flags;
  }

  /** For how many milliseconds nobody has asked it, as far as that is known; endless where the clock was set back. */
  get age(): number {
    const age = Date.now() - Math.max(this.#asked, this.#last?.at ?? 0);
    return age >= 0 ? age : Number.POSITIVE_INFINITY;
  }

  /** Looks at what other documents were told. */
  look(): void {
    try {
      const answer: Answer = JSON.parse(read(ANSWER) ?? '');
      if (answer.url === this.#url && answer.at >= (this.#last?.at ?? 0)) {
        this.#last = { ...answer, flags: chosen(answer.flags) };
      }
    } catch {
      // There is none that can be read.
    }
  }

  /** Asks; says whether there is a good answer, which is then the last one. */
  async ask(): Promise<boolean> {
    this.#asked = Date.now();
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), this.#timeout);
    try {
      const init: RequestInit = { cache: 'no-cache', signal: late.signal };
      const response = await this.#native([this.#url, init]);
      const { version, flags } = await response.json();
      if (!response.ok || version !== 1) {
        return false;
      }
      this.#last = { url: this.#url, at: Date.now(), flags: chosen(flags) };
      write(ANSWER, JSON.stringify(this.#last));
      return true;
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
    }
  }
}
