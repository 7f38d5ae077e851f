// @ts-check

import { provenance } from './provenance.js';

/** @typedef {import('./provenance.js').Provenance} Provenance */

/** No status of HTTP: somebody has taken a write back before it was done. */
export const DISCARDED = -1;

/** A request that failed: the server refused it, or no answer came. */
export class ApiError extends Error {
  /**
   * @param {string} message for people
   * @param {number} status 0 where no answer came
   */
  constructor(message, status) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }

  /** Somebody has taken it back. */
  get discarded() {
    return this.status === DISCARDED;
  }

  /** No answer came, so a write may have been done or not. */
  get unanswered() {
    return this.status === 0;
  }
}

/** Above this, `keepalive` would be refused; the limit is 64 KiB for all such requests together. */
const KEEPALIVE_LIMIT = 50_000;

/**
 * A GET with the page's own `fetch`, which the cache has wrapped or not.
 *
 * @param {string} url
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ data: any, from: Provenance }>}
 */
export function read(url, signal) {
  return request(url, { signal: signal ?? null });
}

/**
 * A write. Small ones outlive a refresh of the page.
 *
 * @param {'POST' | 'PATCH' | 'DELETE'} method
 * @param {string} url
 * @param {object} [body]
 * @returns {Promise<{ data: any, from: Provenance }>}
 */
export async function write(method, url, body) {
  const text = body === undefined ? null : JSON.stringify(body);
  const answer = await request(url, {
    method,
    body: text,
    headers: text === null ? {} : { 'Content-Type': 'application/json' },
    keepalive: (text?.length ?? 0) < KEEPALIVE_LIMIT,
  });
  return { data: answer.data, from: { ...answer.from, source: 'write' } };
}

/**
 * @param {string} url
 * @param {RequestInit} init
 */
async function request(url, init) {
  const began = performance.now();
  let response;
  let text;
  try {
    response = await fetch(url, init);
    text = await response.text();
  } catch (error) {
    if (init.signal?.aborted) {
      throw error;
    }
    throw unanswered();
  }
  if (!response.ok) {
    throw refused(response.status, text);
  }
  return { data: parsed(text), from: provenance(response.headers, performance.now() - began) };
}

/**
 * The error that an answer which is no success makes.
 *
 * @param {number} status
 * @param {string} text
 */
export function refused(status, text) {
  return new ApiError(explained(status, parsed(text)), status);
}

/** The error of a request that got no answer. */
export function unanswered() {
  return new ApiError('No answer from the server.', 0);
}

/** @param {string} text */
function parsed(text) {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * @param {number} status
 * @param {any} data
 */
function explained(status, data) {
  const said = data?.error?.message;
  if (status === 404) {
    return 'This is not there any more.';
  }
  return typeof said === 'string' && said !== ''
    ? `The server refused: ${said} (${status}).`
    : `The server answered with an error (${status}).`;
}
