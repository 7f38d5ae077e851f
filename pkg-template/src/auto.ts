/**
 * The drop-in: one classic script, with `everfresh.wasm` beside it.
 *
 * ```html
 * <script src="everfresh.auto.js" data-cache="/api/*" data-stale-time="30000"></script>
 * ```
 */
import { dropIn } from './drop-in.js';

// `integrity` is the script's own word for itself, and takes no part in what it loads.
dropIn(({ src, dataset: { wasmIntegrity = '' } }, native) =>
  native(new URL('everfresh.wasm', src), { integrity: wasmIntegrity }),
);
