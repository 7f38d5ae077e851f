/** What is used of React: the bundler writes an `import` for each file that has one, which would be a hundred bytes more. */
export {
  createContext,
  createElement,
  forwardRef,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
