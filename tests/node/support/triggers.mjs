// Tests of what makes a page prefetch, over a document of their own.
import { test } from 'node:test';
import { ElementDouble, renew, root } from './dom.mjs';

const dist = new URL('../../../pkg-template/dist/', import.meta.url);
const { Triggers } = await import(`${dist}everfresh.prefetch.js`);

export const MOUSE = { pointerType: 'mouse' };
export const TOUCH = { pointerType: 'touch' };

/**
 * @typedef {object} Asked a prefetch that hangs until it is ended
 * @property {string} url
 * @property {any} options
 * @property {() => void} end
 */

/**
 * A test with triggers, timers in its hands, and what was asked for.
 *
 * @param {string} name
 * @param {(page: { triggers: any, asked: Asked[], urls: () => string[], tick: (ms: number) => Promise<void>,
 *   link: (attributes?: Record<string, string>) => ElementDouble }) => Promise<void>} work
 */
export function scenario(name, work) {
  test(name, async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] });
    renew();
    /** @type {Asked[]} */
    const asked = [];
    const prefetch = (/** @type {any} */ url, /** @type {any} */ options) =>
      new Promise((resolve) => {
        const end = () => resolve({ url: `${url}`, status: 'fetched' });
        options.signal?.addEventListener('abort', end);
        asked.push({ url: `${url}`, options, end });
      });
    await work({
      triggers: new Triggers(/** @type {any} */ (prefetch)),
      asked,
      urls: () => asked.map(({ url }) => url),
      tick: async (ms) => {
        await rest();
        context.mock.timers.tick(ms);
        await rest();
      },
      link: (attributes = { href: '/a' }) => root.append(new ElementDouble(attributes)),
    });
  });
}

/** Until all that can go on has gone on. */
export const rest = () => new Promise((resolve) => setImmediate(resolve));
