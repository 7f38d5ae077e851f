// The hooks with React 18.
import assert from 'node:assert/strict';
import { load } from '../react/load.mjs';

assert.match(await load('react-18'), /^18\./);
