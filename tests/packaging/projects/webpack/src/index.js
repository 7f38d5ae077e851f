import { install } from 'everfresh';
import { show } from './scene.js';

const { failure } = await install({ rules: [{ match: '/api/*', staleTime: 30_000 }] });
show(failure?.code ?? 'ready');
