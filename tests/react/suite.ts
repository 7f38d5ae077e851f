// All tests of the hooks.
import './query.js';
import './suspense.js';
import './infinite.js';
import './mutation.js';
import './prefetch.js';
import './tearing.js';
import './rendering.js';
import './others.js';

export { version } from 'react';
