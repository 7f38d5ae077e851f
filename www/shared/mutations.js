// @ts-check

import { ApiError, DISCARDED, refused, unanswered, write } from './api.js';
import { isOffline, onConnection } from './connection.js';
import { running } from './start.js';

/** @typedef {import('everfresh').MutationInfo} MutationInfo */
/** @typedef {import('everfresh').MutateOptions} MutateOptions */

/**
 * A write of a page.
 *
 * @typedef {object} Change
 * @property {'POST' | 'PATCH'} method
 * @property {string} url
 * @property {object} [body]
 * @property {Omit<MutateOptions, 'request'>} [options] what the page shows at once, and how the write is kept
 */

/** What an outbox says that can't take an edit: storage is full or denied, or somebody else is signed in. */
const NOT_TAKEN = new Set(['outbox-full', 'scope-missing']);

/**
 * Sends a write by `cache.mutate`, so that what it changes is shown before this function has returned. Without a cache
 * it is a plain write, and where the outbox can't take it, one that a closed tab would lose.
 *
 * @param {Change} change
 * @returns {Promise<any>} the data of the answer; `undefined` where another tab got it
 */
export async function send(change) {
  const { method, url, body, options } = change;
  const cache = running();
  if (cache === null) {
    return (await write(method, url, body)).data;
  }
  try {
    return await cache.mutate({ ...options, request: { method, url, body } });
  } catch (error) {
    if (options?.durable && NOT_TAKEN.has(codeOf(error))) {
      return send({ ...change, options: { ...options, durable: false } });
    }
    throw await explained(error);
  }
}

/** The mutations that are not done: of this page, and edits of any tab. */
export function mutations() {
  return running()?.mutations.list ?? [];
}

/**
 * Those that go to a URL.
 *
 * @param {string} url
 */
export function mutationsOf(url) {
  const { href } = new URL(url, location.href);
  return mutations().filter((mutation) => mutation.url === href);
}

/**
 * Where what this page has sent to a URL is, for people: the first of it, which the others wait for.
 *
 * @param {string} url
 */
export function progressOf(url) {
  const first = mutationsOf(url).find(({ status }) => status !== 'dead');
  return first === undefined ? 'saved' : stateOf(first);
}

/**
 * Calls `listener` whenever {@link stateOf} may say something else.
 *
 * @param {() => void} listener
 */
export function onMutations(listener) {
  running()?.mutations.subscribe(listener);
  onConnection(listener);
}

/**
 * Where a mutation is, for people.
 *
 * @param {MutationInfo} mutation
 */
export function stateOf({ status, attempts, scope }) {
  switch (status) {
    case 'dead':
      return 'not saved';
    case 'paused':
      return 'waiting for you to sign in';
    case 'sending':
      return attempts > 1 ? `sending, attempt ${attempts}` : 'sending';
    case 'waiting':
    case 'queued':
      if (isOffline()) {
        return 'waiting for the network';
      }
      if (status === 'waiting') {
        return `trying again soon, after ${attempts === 1 ? 'one attempt' : `${attempts} attempts`}`;
      }
      return isParked(scope) ? 'waiting behind one that was not saved' : 'waiting for its turn';
  }
}

/**
 * Why a mutation failed, for people: a {@link send} is rejected with this, too.
 *
 * @param {unknown} error
 * @returns {Promise<ApiError>}
 */
export async function explained(error) {
  if (error instanceof ApiError) {
    return error;
  }
  if (codeOf(error) === 'mutation-discarded') {
    return new ApiError('It was given up before it was done.', DISCARDED);
  }
  if (codeOf(error) === 'http-error' && error instanceof Error) {
    const { cause, message } = error;
    // Somebody else may have read it before.
    return cause instanceof Response && !cause.bodyUsed
      ? refused(cause.status, await cause.clone().text())
      : refused(cause instanceof Response ? cause.status : Number.parseInt(message, 10), '');
  }
  return unanswered();
}

/** @param {string | undefined} scope */
function isParked(scope) {
  return (
    scope !== undefined &&
    mutations().some((other) => other.scope === scope && other.status === 'dead')
  );
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
