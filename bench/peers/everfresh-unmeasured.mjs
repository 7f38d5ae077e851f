/** What measuring costs: the same without it. */
import { storeWith } from './everfresh.mjs';

export default { lacks: {}, store: storeWith({ metrics: false }) };
