import { EverfreshError } from './errors.js';
import type { CacheOptions, Rule } from './types.js';

const NUMBERS = [
  'maxAge',
  'settleMs',
  'maxEntries',
  'maxBytes',
  'maxStorage',
  'maxEntrySize',
  'prefetchStaleTime',
] as const;

/**
 * Options from a script's `data-*` attributes:
 *
 * - `data-cache`: patterns, separated by spaces, each of which makes a rule;
 *   `data-stale-time`, `data-mode` and `data-persist` are those rules' `staleTime`, `mode` and `persist`
 * - `data-config`: address of a JSON document with options, to which all others are added
 * - `data-scope` is the id of `scope`; `data-buster`, `data-max-age` and so on: the options of these names;
 *   `data-persist="false"` is the option, too, and `data-observe-xhr="false"`
 * - `data-prefetch-html="false"`: the page's `data-prefetch` attributes are left alone, which are heeded otherwise
 * - `data-devtools`: `true` or `false` is the option, `button` allows the overlay with its button
 * - `data-push`: the option; without a value, or `true`, the server is listened to where its half says what is old
 * - `data-flags`: where a server says which features are on; without a value, or `true`, at its usual place
 * - `data-wasm-integrity` is no option: the hash of the wasm file, see `auto.ts`
 */
export function optionsOf(
  data: DOMStringMap,
  native: typeof fetch,
): CacheOptions | Promise<CacheOptions> {
  const { cache, config, scope, buster, staleTime, mode, persist, observeXhr, prefetchHtml } = data;
  const { devtools, push, flags } = data;
  const options: CacheOptions = {};
  if (scope) options.scope = { id: scope };
  if (buster) options.buster = buster;
  if (persist === 'false') options.persist = false;
  if (observeXhr === 'false') options.observeXhr = false;
  if (prefetchHtml) options.prefetchHtml = prefetchHtml !== 'false';
  if (devtools) options.devtools = devtools === 'button' ? { button: true } : devtools !== 'false';
  if (push !== undefined)
    options.push = push === '' || push === 'true' || (push !== 'false' && push);
  if (flags !== undefined) options.flags = { url: flags === '' || flags === 'true' || flags };
  for (const name of NUMBERS) {
    if (data[name]) options[name] = Number(data[name]);
  }
  const rules = (cache ?? '')
    .split(/\s+/)
    .filter(Boolean)
    .map((match) => {
      const rule: Rule = { match };
      if (staleTime) rule.staleTime = Number(staleTime);
      if (mode) rule.mode = mode as Rule['mode'] & string;
      if (persist !== undefined) rule.persist = persist !== 'false';
      return rule;
    });
  return config
    ? extend(native, config, options, rules)
    : { prefetchHtml: true, ...options, rules };
}

async function extend(
  native: typeof fetch,
  config: string,
  options: CacheOptions,
  rules: Rule[],
): Promise<CacheOptions> {
  try {
    const base: CacheOptions = await (await native(config)).json();
    return { prefetchHtml: true, ...base, ...options, rules: [...(base.rules ?? []), ...rules] };
  } catch (cause) {
    throw new EverfreshError('config-invalid', `${config} could not be read (${cause})`, { cause });
  }
}
