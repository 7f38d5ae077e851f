/** A long list, of which only what is seen is there. It is gone through by arrow keys, and one row of it can be chosen. */
import type { ComponentChildren, TargetedKeyboardEvent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

const ROW = 28;
const MORE = 4;

export interface ListProps<T> {
  label: string;
  rows: readonly T[];
  id: (row: T) => string;
  chosen: string;
  choose: (row: T) => void;
  /** It keeps to its end while that is in view. */
  follows?: boolean;
  children: (row: T) => ComponentChildren;
  testid: string;
}

export function List<T>({
  label,
  rows,
  id,
  chosen,
  choose,
  follows,
  children,
  testid,
}: ListProps<T>) {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const atEnd = useRef(true);
  const height = box.current?.clientHeight || 600;
  useEffect(() => {
    if (follows && atEnd.current && box.current) box.current.scrollTop = rows.length * ROW;
  }, [rows, follows]);
  const first = Math.max(0, Math.floor(Math.min(top, rows.length * ROW - height) / ROW) - MORE);
  const seen = rows.slice(first, first + Math.ceil(height / ROW) + 2 * MORE);
  const at = rows.findIndex((row) => id(row) === chosen);
  const press = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    const steps: Record<string, number> = {
      ArrowUp: Math.max(at - 1, 0),
      ArrowDown: Math.min(at + 1, rows.length - 1),
      Home: 0,
      End: rows.length - 1,
    };
    const next = steps[event.key];
    const row = next === undefined ? undefined : rows[next];
    if (next !== undefined && row) {
      event.preventDefault();
      choose(row);
      const { currentTarget: view } = event;
      view.scrollTop = Math.min(Math.max(view.scrollTop, (next + 1) * ROW - height), next * ROW);
    }
  };
  const scroll = () => {
    if (!box.current) return;
    const { scrollTop, scrollHeight, clientHeight } = box.current;
    atEnd.current = scrollTop + clientHeight >= scrollHeight - ROW;
    setTop(scrollTop);
  };
  return (
    <div
      ref={box}
      class="list"
      role="listbox"
      tabIndex={0}
      aria-label={label}
      aria-activedescendant={
        at >= first && at < first + seen.length ? `${testid}-${at}` : undefined
      }
      data-testid={testid}
      onScroll={scroll}
      onKeyDown={press}
    >
      <div class="rows" style={{ height: `${rows.length * ROW}px` }} role="presentation">
        {seen.map((row, place) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys
          // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus
          <div
            key={id(row)}
            id={`${testid}-${first + place}`}
            class="row"
            role="option"
            aria-selected={id(row) === chosen}
            aria-setsize={rows.length}
            aria-posinset={first + place + 1}
            style={{ top: `${(first + place) * ROW}px` }}
            data-testid={`${testid}-row`}
            onClick={() => choose(row)}
          >
            {children(row)}
          </div>
        ))}
      </div>
    </div>
  );
}
