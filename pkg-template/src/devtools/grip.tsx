/** What the frame is made larger and smaller by: pointer, finger or arrow keys. */
import type { TargetedKeyboardEvent, TargetedPointerEvent } from 'preact';
import type { Model } from './model.js';
import { LEAST, type Place, within } from './place.js';

const STEP = 24;
const ARROWS: Record<string, [x: number, y: number]> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

export function Grip({ model }: { model: Model }) {
  const { dock, size, width } = within(model.place);
  const isFlat = dock === 'bottom';
  const now = dock === 'float' ? width : size;
  const press = (event: TargetedKeyboardEvent<HTMLElement>) => {
    const by = ARROWS[event.key];
    if (by) {
      event.preventDefault();
      model.move(sized(model.place, by[0] * STEP, by[1] * STEP));
    }
  };
  const hold = (event: TargetedPointerEvent<HTMLElement>) => {
    const { currentTarget: grip, pointerId, clientX, clientY } = event;
    const before = within(model.place);
    grip.setPointerCapture(pointerId);
    grip.onpointermove = (move) =>
      model.move(sized(before, move.clientX - clientX, move.clientY - clientY));
    grip.onpointerup = () => {
      grip.onpointermove = null;
    };
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> can't be moved
    <div
      class="grip"
      role="separator"
      tabIndex={0}
      aria-label="Size"
      aria-orientation={isFlat ? 'horizontal' : 'vertical'}
      aria-valuenow={now}
      aria-valuemin={LEAST}
      aria-valuemax={isFlat ? innerHeight : innerWidth}
      data-testid="grip"
      onKeyDown={press}
      onPointerDown={hold}
    />
  );
}

/** What a place is once its grip has moved so far. */
function sized(place: Place, x: number, y: number): Partial<Place> {
  switch (place.dock) {
    case 'bottom':
      return { size: place.size - y };
    case 'left':
      return { size: place.size + x };
    case 'right':
      return { size: place.size - x };
    case 'float':
      return { width: place.width + x, height: place.height + y };
  }
}
