import { EverfreshError } from '../errors.js';
import { notToBeKept, withHeaders } from './answer.js';
import { isEmpty, requestJson, responseJson } from './body.js';
import type { Core } from './core.js';
import { named, pick } from './fields.js';
import type { Settings } from './options.js';
import { type Purge, Purging } from './purge.js';
import { tagsAdded } from './tags.js';

type Asked = NonNullable<ReturnType<Core['Asked']['of']>>;
type Write = ReturnType<Core['Map']['prototype']['write']>;

/** What a handler is asked, and how it is called. */
export interface Call {
  request: Request;
  asked: Asked;
  handle: () => Promise<Response>;
}

/** Answers requests by handlers, names the answers, and purges what writes have touched. */
export class Exchange {
  readonly #map: InstanceType<Core['Map']>;
  readonly #settings: Settings;
  readonly #purging: Purging;

  constructor(map: InstanceType<Core['Map']>, settings: Settings) {
    this.#map = map;
    this.#settings = settings;
    const { purgers, purgeAttempts, purgeTimeout } = settings;
    this.#purging = new Purging(purgers, purgeAttempts, purgeTimeout);
  }

  answer(call: Call): Promise<Response> {
    return this.#map.isWrite(call.asked) ? this.#write(call) : this.#read(call);
  }

  /**
   * Purges what these name, and gives the value of `X-Cache-Invalidate` that says so.
   *
   * @throws {EverfreshError} `purge-failed`
   */
  async invalidate(targets: string | readonly string[]): Promise<string> {
    // As a JSON array, a target needs no quotes.
    const texts =
      typeof targets === 'string' ? [targets] : targets.map((one) => JSON.stringify([one]));
    const purge: Purge = JSON.parse(this.#map.parseInvalidate(texts));
    const [error] = await this.#purging.purge(purge);
    if (error) {
      throw error;
    }
    return purge.value;
  }

  async #read({ request, asked, handle }: Call): Promise<Response> {
    const response = await handle();
    await this.#purgeTold(response);
    const found = response?.ok || response?.status === 304;
    if (!found || !/^(GET|HEAD)$/.test(request.method)) {
      return response;
    }
    const names = this.#map.nameRead(asked, tagsAdded(request));
    if (names) {
      return withHeaders(response, names);
    }
    return response.headers.has('x-cache-tags') ? response : notToBeKept(response);
  }

  async #write({ request, asked, handle }: Call): Promise<Response> {
    const fields = this.#settings.parents ? undefined : await this.#fieldsOf(request, asked);
    const write = this.#map.write(asked, fields);
    try {
      await this.#lookUp(write);
      const response = await handle().catch(async (error) => {
        await this.#purge(write.mayTouch(tagsAdded(request)));
        throw error;
      });
      // What is no answer is for its framework to complain of.
      const status = response?.status ?? 0;
      if (status >= 200 && status < 400) {
        return await this.#done(request, write, response);
      }
      const refused = status >= 400 && status < 500;
      if (!(await this.#purgeTold(response)) && !refused) {
        await this.#purge(write.mayTouch(tagsAdded(request)));
      }
      return response;
    } finally {
      write.free();
    }
  }

  async #done(request: Request, write: Write, response: Response): Promise<Response> {
    const fields = write.fieldsOfAnswer();
    write.done(fields.length ? pick(await responseJson(response), fields) : []);
    await this.#lookUp(write);
    const answer = withHeaders(response, write.name(tagsAdded(request)));
    const own = (name: string) => response.headers.get(name) ?? undefined;
    await this.#purge(
      write.targets(
        own('x-cache-invalidate'),
        own('cache-group-invalidation'),
        own('location'),
        own('content-location'),
      ),
    );
    return answer;
  }

  /** The parent fields that a request's body names, or may name. */
  async #fieldsOf(request: Request, asked: Asked): Promise<string[]> {
    const fields = this.#map.parentFields(asked);
    return !fields.length || isEmpty(request) ? [] : named(await requestJson(request), fields);
  }

  /** Asks the application for all that has to be known now. */
  async #lookUp(write: Write): Promise<void> {
    for (let asks = write.asks(); asks.length; asks = write.asks()) {
      const entities = asks.flatMap((kind, at) =>
        at % 2 ? [] : [[kind, asks[at + 1] ?? ''] as const],
      );
      const found = await Promise.all(entities.map(([kind, id]) => this.#parents(kind, id)));
      entities.forEach(([kind, id], at) => {
        const row = found[at];
        write.tell(kind, id, row ? pick(row, this.#map.parentFieldsOf(kind)) : undefined);
      });
    }
  }

  async #parents(kind: string, id: string): Promise<object | null | undefined> {
    try {
      return await this.#settings.parents?.(kind, id);
    } catch (cause) {
      const message = `the parents of ${kind}:${id} could not be looked up (${cause})`;
      this.#report(new EverfreshError('parents-failed', message, { cause }));
      return undefined;
    }
  }

  /** Purges what the handler itself says that its answer invalidates, whatever that is an answer to. */
  async #purgeTold(response: Response): Promise<boolean> {
    const told = response?.headers.get('x-cache-invalidate') ?? null;
    if (told !== null) {
      await this.#purge(this.#map.parseInvalidate([told]));
    }
    return told !== null;
  }

  /** Purges; what fails is reported, and the answer goes out. */
  async #purge(purge: string): Promise<void> {
    for (const error of await this.#purging.purge(JSON.parse(purge))) {
      this.#report(error);
    }
  }

  #report(error: EverfreshError): void {
    try {
      this.#settings.onError(error);
    } catch (failed) {
      console.error(error, failed);
    }
  }
}
