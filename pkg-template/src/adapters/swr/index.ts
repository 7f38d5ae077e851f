/**
 * everfresh for applications that use SWR 2: what a write touches is fetched anew by the hooks that show it, in every tab, and
 * what was fetched may survive a reload. The hooks stay as they are.
 *
 * @module
 */
export { type SwrConfig, type SwrOptions, swrConfig } from './config.js';
