/** What is loaded where the option `push` asks for it. */
import type { Host } from '../../src/host/host.js';
import { Push } from '../../src/host/push.js';
import type { PushOptions, Scope } from './types.js';

/** Where the server half says what is old, if nobody has said otherwise. */
const URL = '/_everfresh/events';

/** From now on, until it is stopped, and for as long as there is a client, a host hears what the server says. */
export function listen(
  host: Host,
  options: true | string | PushOptions,
  scope: Scope | null | undefined,
): void {
  const chosen = typeof options === 'object' ? options : {};
  const { url = typeof options === 'string' ? options : URL, withCredentials = false } = chosen;
  const push = host.push ?? host.inspector(Push);
  push.start(url, withCredentials, scope === undefined ? undefined : `${scope?.id ?? ''}`);
}
