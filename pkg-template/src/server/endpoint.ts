import type { Purger } from './purge.js';

/** Options of {@link endpointPurger}. */
export interface EndpointPurgerOptions {
  /** What the endpoint knows us by; sent as `Authorization: Bearer …`. */
  token?: string;
  /** In place of the global `fetch`. */
  fetch?: typeof fetch;
}

/**
 * Purges through an endpoint, such as `/_everfresh/invalidate` of everfresh's server half: a `POST` of
 * `{ "targets": "scene:7, \"/api/scenes/7\"" }`, a value of `X-Cache-Invalidate`. Any status but 2xx is a failure.
 *
 * @example
 * endpointPurger('http://127.0.0.1:8080/_everfresh/invalidate', { token: process.env.EVERFRESH_TOKEN })
 */
export function endpointPurger(
  url: string | URL,
  { token, fetch = globalThis.fetch }: EndpointPurgerOptions = {},
): Purger {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (token !== undefined) {
    headers.authorization = `Bearer ${token}`;
  }
  return {
    async purge(_targets, value) {
      const body = JSON.stringify({ targets: value });
      const response = await fetch(url, { method: 'POST', headers, body });
      await response.body?.cancel();
      if (!response.ok) {
        throw new Error(`${url} answered ${response.status}`);
      }
    },
  };
}
