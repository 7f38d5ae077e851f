import type { Context } from './client.js';

/**
 * A query function's context, whose signal is tracked once it is read: to read it ahead of the query function would have
 * TanStack abort what nobody asked it to.
 */
export function tracked(context: Context, track: (signal: AbortSignal) => void): Context {
  const members = Object.getOwnPropertyDescriptors(context);
  // An infinite query has read its signal by now, and its pages are given that one.
  if (members.signal.value) {
    track(members.signal.value);
  }
  const get = () => {
    track(context.signal);
    return context.signal;
  };
  return Object.defineProperties({} as Context, { ...members, signal: { enumerable: true, get } });
}
