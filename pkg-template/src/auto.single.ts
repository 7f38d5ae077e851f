/**
 * The drop-in with its wasm inside: one file, for pages that can't have two, or that know what they load by one hash.
 *
 * ```html
 * <script src="everfresh.auto.single.js" data-cache="/api/*" data-stale-time="30000"></script>
 * ```
 */
import wasm from '../wasm/everfresh.wasm';
import { dropIn } from './drop-in.js';

dropIn(() => wasm);
