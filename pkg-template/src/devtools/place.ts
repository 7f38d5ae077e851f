/** Where the overlay lies, which is remembered for the next page. */
import type { Dock, View } from '../opener.js';

export interface Place {
  dock: Dock;
  /** Height at the bottom, width at a side. */
  size: number;
  /** Of a floating one. */
  left: number;
  top: number;
  width: number;
  height: number;
  view: View;
}

const ITEM = 'everfresh:devtools';
const NUMBERS = ['size', 'left', 'top', 'width', 'height'] as const;
const DOCKS = ['bottom', 'left', 'right', 'float'];

export const LEAST = 240;

export function recall(dock: Dock = 'bottom'): Place {
  const place: Place = {
    dock,
    size: 380,
    left: 48,
    top: 48,
    width: 720,
    height: 460,
    view: 'overview',
  };
  try {
    const found = JSON.parse(localStorage.getItem(ITEM) ?? '{}');
    for (const name of NUMBERS) {
      if (Number.isFinite(found[name])) place[name] = found[name];
    }
    if (DOCKS.includes(found.dock)) place.dock = found.dock;
    if (typeof found.view === 'string') place.view = found.view;
  } catch {
    // Site data is forbidden, or somebody else has written it.
  }
  return place;
}

export function remember(place: Place): void {
  try {
    localStorage.setItem(ITEM, JSON.stringify(place));
  } catch {
    // There is no room: the next page begins where a first one does.
  }
}

/** A place that is within the window. */
export function within(place: Place): Place {
  const { innerWidth, innerHeight } = globalThis;
  const clamp = (value: number, least: number, most: number) =>
    Math.round(Math.min(Math.max(value, least), Math.max(most, least)));
  const width = clamp(place.width, LEAST, innerWidth);
  const height = clamp(place.height, LEAST, innerHeight);
  const most = place.dock === 'bottom' ? innerHeight : innerWidth;
  return {
    ...place,
    size: clamp(place.size, Math.min(LEAST, most), most),
    width,
    height,
    left: clamp(place.left, 0, innerWidth - width),
    top: clamp(place.top, 0, innerHeight - height),
  };
}
