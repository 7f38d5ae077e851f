// What a test of hooks needs: a cache whose server the test answers, and a place to render in.
import './dom.js';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Cache, CacheOptions } from 'everfresh';
import { CacheProvider } from 'everfresh/react';
import { act, Component, type ReactNode, StrictMode, version } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { Site } from '../../node/support/site.mjs';
import { dom } from './dom.js';

/** The React that is tested, such as `18`. */
export const major = version.split('.')[0];
export const site = new Site();
/** The package. */
export let everfresh: typeof import('everfresh');

before(async () => {
  everfresh = await site.start();
  dom.reconfigure({ url: site.url('/') });
});
after(() => site.stop());

/** What a test has in its hands. */
export class Stage {
  readonly cache: Cache;
  readonly element = document.createElement('div');
  readonly #root: Root;
  readonly #isStrict: boolean;

  constructor(cache: Cache, isStrict: boolean) {
    this.cache = cache;
    this.#isStrict = isStrict;
    document.body.append(this.element);
    this.#root = createRoot(this.element);
  }

  /** Renders below a provider of the cache, or of what is given in its place. */
  async render(node: ReactNode, cache: Cache | Promise<Cache> = this.cache): Promise<void> {
    const tree = <CacheProvider cache={cache}>{node}</CacheProvider>;
    await act(async () =>
      this.#root.render(this.#isStrict ? <StrictMode>{tree}</StrictMode> : tree),
    );
  }

  get text(): string {
    return this.element.textContent ?? '';
  }

  /** Waits until this is shown. */
  async shows(text: string): Promise<void> {
    await this.until(
      () => this.text === text,
      () => `"${text}" is shown, and not "${this.text}"`,
    );
  }

  async until(done: () => boolean, what: () => string = () => `${done}`): Promise<void> {
    for (let left = 2_000; !done(); left -= 1) {
      assert.ok(left > 0, `waited in vain until ${what()}`);
      await this.turn();
    }
  }

  /** Lets what is under way go on for a moment. */
  async turn(): Promise<void> {
    await act(() => new Promise((resolve) => setTimeout(resolve, 1)));
  }

  async unmount(): Promise<void> {
    await act(async () => this.#root.unmount());
    this.element.remove();
  }
}

interface ScenarioOptions {
  options?: CacheOptions;
  /** Something may be asked for at the end, and is given up then. */
  isOpen?: boolean;
}

/** A test, once as it is and once in `StrictMode`. */
export function scenario(
  name: string,
  work: (stage: Stage) => Promise<void>,
  { options = {}, isOpen = false }: ScenarioOptions = {},
): void {
  for (const isStrict of [false, true]) {
    test(`React ${major}${isStrict ? ', strict' : ''}: ${name}`, { timeout: 60_000 }, async () => {
      const cache = await everfresh.createCache(options);
      const stage = new Stage(cache, isStrict);
      try {
        await work(stage);
        await stage.unmount();
        if (isOpen) {
          await stage.until(() => site.waiting === 0);
        }
        assert.equal(site.waiting, 0, 'nothing else was asked for');
      } finally {
        cache.close();
      }
    });
  }
}

/** Answers the next request that is this. */
export async function answer(
  what: string,
  status: number,
  data?: unknown,
  headers?: Record<string, string>,
): Promise<void> {
  const asked = await site.next(what);
  await act(async () => {
    asked.answer(status, data, headers);
    await asked.gone;
  });
}

/** Shows what is thrown below it, and tries again when it is told to. */
export class Boundary extends Component<{ children: ReactNode }, { error?: Error }> {
  override state: { error?: Error } = {};

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error ? (
      <button type="button" onClick={() => this.setState({ error: undefined })}>
        {error.message}
      </button>
    ) : (
      this.props.children
    );
  }
}
