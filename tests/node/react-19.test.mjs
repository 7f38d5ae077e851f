// The hooks with React 19.
import assert from 'node:assert/strict';
import { load } from '../react/load.mjs';

assert.match(await load('support'), /^19\./);
