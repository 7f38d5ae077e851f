// everfresh/server: what is read of bodies, and that they arrive as they were sent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkHeaders, checkWrite, request, server } from './support/handlers.mjs';

test('P1: an answer tells the parent, as far as it names one', async () => {
  const touched = 'scene:7, chapter:3, story, stories';
  for (const body of [undefined, { text: 'late' }, '{"text":"late"}']) {
    await checkWrite('PATCH /api/scenes/7', touched, { body, answer: { chapterId: 3 } });
  }
  await checkWrite('POST /api/scenes', 'chapter:3, story, stories', { answer: { chapterId: '3' } });
  await checkWrite('PATCH /api/scenes/7', 'scene:7', { answer: { chapterId: null } });
  const widened = 'scene:7, chapter, story, stories';
  // Rounded, wrapped, or no id at all.
  for (const answer of [{ chapterId: 2 ** 60 }, [{ chapterId: 3 }], { chapterId: { id: 3 } }, 3]) {
    await checkWrite('PATCH /api/scenes/7', widened, { answer });
  }
});

test('P1: a parent that a request names, or may name, may be a move', async () => {
  const touched = 'scene:7, chapter, chapter:4, story, stories';
  const answer = { chapterId: 4 };
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  await checkWrite('PATCH /api/scenes/7', touched, { body: { chapterId: 4 }, answer });
  await checkWrite('PATCH /api/scenes/7', touched, { body: { chapterId: { set: 4 } }, answer });
  await checkWrite('PATCH /api/scenes/7', touched, { body: [{ chapterId: 4 }], answer });
  await checkWrite('PATCH /api/scenes/7', touched, { body: 'chapterId=4', headers: form, answer });
  await checkWrite('PATCH /api/scenes/7', touched, { body: '{"chapterId":', answer });
  const long = { text: 'x'.repeat(1024 * 1024) };
  await checkWrite('PATCH /api/scenes/7', touched, { body: long, answer });
  const stream = new Blob([JSON.stringify(long)]).stream();
  const headers = { 'content-type': 'application/json' };
  await checkWrite('PATCH /api/scenes/7', touched, { body: stream, headers, answer });
});

test('P9: a stream is not waited for, and ends when it ends', async () => {
  const { middleware } = server();
  /** @type {ReadableStreamDefaultController} */
  let source;
  const body = new ReadableStream({
    start(controller) {
      source = controller;
    },
  });
  const headers = { 'content-type': 'text/event-stream' };
  const response = await middleware(() => new Response(body, { headers }))(
    request('PATCH /api/scenes/7'),
  );
  checkHeaders(response, { invalidates: 'scene:7, chapter, story, stories' });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  source.enqueue(new TextEncoder().encode('data: 1\n\n'));
  assert.deepEqual(await reader.read(), { value: 'data: 1\n\n', done: false });
  source.close();
  assert.deepEqual(await reader.read(), { value: undefined, done: true });
});

test('P10: an answer that is too long to read widens to kinds, and arrives whole', async () => {
  const long = JSON.stringify({ chapterId: 3, text: 'x'.repeat(1_500_000) });
  const headers = { 'content-type': 'application/json' };
  for (const body of [long, new Blob([long]).stream()]) {
    const { middleware } = server();
    const response = await middleware(() => new Response(body, { headers }))(
      request('PATCH /api/scenes/7'),
    );
    checkHeaders(response, { invalidates: 'scene:7, chapter, story, stories' });
    assert.equal(await response.text(), long);
  }
});

test('P9: what is no JSON, or is too long by its own word, is not read', async () => {
  const { middleware } = server();
  const endless = () => new ReadableStream({}, { highWaterMark: 0 });
  const long = { 'content-type': 'application/json', 'content-length': '2000000' };
  const handler = middleware(() => Response.json({ chapterId: 3 }));
  for (const headers of [{ 'content-type': 'multipart/form-data' }, long, undefined]) {
    const response = await handler(request('PATCH /api/scenes/7', endless(), headers));
    checkHeaders(response, { invalidates: 'scene:7, chapter, chapter:3, story, stories' });
  }
  const answer = await middleware(() => new Response(endless(), { headers: long }))(
    request('PATCH /api/scenes/7'),
  );
  checkHeaders(answer, { invalidates: 'scene:7, chapter, story, stories' });
  // A body of no length is none, whatever a framework makes of it.
  const empty = await handler(request('POST /api/scenes', endless(), { 'content-length': '0' }));
  checkHeaders(empty, { invalidates: 'chapter:3, story, stories' });
});

test('P9: a body that was read before is no obstacle', async () => {
  const { middleware } = server();
  const given = request('PATCH /api/scenes/7', { text: 'late' });
  await given.text();
  const response = await middleware(() => Response.json({ chapterId: 3 }))(given);
  checkHeaders(response, { invalidates: 'scene:7, chapter, chapter:3, story, stories' });
  const used = new Response('used');
  await used.text();
  assert.equal(await middleware(() => used)(request('PATCH /api/scenes/7')), used);
});
