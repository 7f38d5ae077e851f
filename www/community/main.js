// @ts-check

import { byId } from '../shared/dom.js';
import { rendered, start } from '../shared/start.js';
import { trace } from '../shared/trace.js';
import { POSTS, posting } from './changes.js';
import { Feed } from './feed.js';
import { Message } from './message.js';

const feed = new Feed();
const compose = new Message({
  name: 'post',
  url: POSTS,
  label: 'Text',
  action: 'Post',
  sent: 'Your post is at the top.',
  titled: true,
  change: posting,
  onSent: () => feed.changed(),
});
byId('compose').append(compose.element);

trace(byId('trace'), byId('cache-state'), await start(), () => feed.again());
try {
  await feed.open();
} finally {
  rendered();
}
