import { show } from './scene.js';

globalThis.everfresh.ready.then(({ failure }) => show(failure?.code ?? 'ready'));
