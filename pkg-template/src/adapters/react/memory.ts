import type { Root } from './context.js';
import { useEffect, useRef, useState } from './react.js';

/** A function that stays itself, and calls what the component has rendered with last. */
export function useLatest<A extends unknown[], R>(work: ((...args: A) => R) | undefined) {
  const latest = useRef(work);
  const [call] = useState(
    () =>
      (...args: A) =>
        (latest.current as (...args: A) => R)(...args),
  );
  useEffect(() => {
    latest.current = work;
  });
  return call;
}

/** What was made for a query, until it is another query; then another is made, given the one before. */
export function useMade<T>(root: Root, id: string, make: (before?: T) => T): T {
  const [made, setMade] = useState(() => ({ root, id, value: make() }));
  if (made.root === root && made.id === id) {
    return made.value;
  }
  const value = make(made.value);
  setMade({ root, id, value });
  return value;
}
