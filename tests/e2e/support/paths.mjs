// Where things are in this checkout.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The demo pages. */
export const www = join(root, 'www');

/** The built package. */
export const built = join(root, 'pkg-template/dist');

/** The demo server's program. */
export const server =
  process.env.EVERFRESH_SERVER ||
  join(root, process.env.CARGO_TARGET_DIR || 'target', 'debug/everfresh');
