// What is shown while there is no client: the answer to the last request, and none once there is a client.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NativeViews } from '../../src/host/native-views.js';

/** Views of one key, and what each was shown, in order. */
function shown({ enabled = true } = {}) {
  const views = new NativeViews();
  /** @type {unknown[]} */
  const data = [];
  /** @type {((data: unknown) => void)[]} */
  const answers = [];
  const watch = {
    options: { enabled },
    view: {
      update: (/** @type {(() => unknown) | undefined} */ next) => next && data.push(next()),
      fail: (/** @type {unknown} */ error) => data.push(`${error}`),
    },
    made: {
      args: [],
      native: () => new Promise((resolve) => answers.push(resolve)),
      finish: async (/** @type {unknown} */ answer) => answer,
    },
  };
  views.add(1, /** @type {any} */ (watch));
  return { views, data, answers };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('P7: an answer that is overtaken is not shown', async () => {
  const { views, data, answers } = shown();
  views.fetch(1);
  views.refresh();
  answers[1]('new');
  await settle();
  answers[0]('old');
  await settle();
  assert.deepEqual(data, ['new']);
});

test('P7: an answer that comes when there is a client, or nobody looks any more, is not shown', async () => {
  for (const end of /** @type {const} */ (['take', 'delete'])) {
    const { views, data, answers } = shown();
    views.fetch(1);
    views[end](1);
    answers[0]('old');
    await settle();
    assert.deepEqual(data, [], end);
  }
});

test('what is not to be fetched by itself is fetched when it is asked for', async () => {
  const { views, data, answers } = shown({ enabled: false });
  views.refresh();
  assert.equal(answers.length, 0);
  views.fetch(1);
  answers[0]('data');
  await settle();
  assert.deepEqual(data, ['data']);
  views.fetch(2);
  assert.equal(answers.length, 1);
});
