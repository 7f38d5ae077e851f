/** What is loaded where the option `flags` asks for it. */
export { Follower } from './flags/follower.js';
