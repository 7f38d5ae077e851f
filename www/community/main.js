// @ts-check

import { byId } from '../shared/dom.js';
import { rendered, start } from '../shared/start.js';
import { trace } from '../shared/trace.js';
import { Feed } from './feed.js';
import { Message } from './message.js';

const feed = new Feed();
const compose = new Message({
  name: 'post',
  url: '/community/api/posts',
  label: 'Text',
  action: 'Post',
  sent: 'Your post is at the top.',
  titled: true,
  onSent: () => feed.again(),
  onDoubt: () => feed.again(),
});
byId('compose').append(compose.element);

trace(byId('trace'), byId('cache-state'), await start(), () => feed.again());
try {
  await feed.open();
} finally {
  rendered();
}
