/** The frame: tabs, where it lies, and the panel that is looked at. */
import type { TargetedKeyboardEvent, TargetedPointerEvent } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Dock } from '../opener.js';
import { Grip } from './grip.js';
import type { Model } from './model.js';
import { type Place, within } from './place.js';
import { PANELS } from './views.js';

const DOCKS: readonly (readonly [Dock, string])[] = [
  ['left', 'Dock to the left'],
  ['bottom', 'Dock to the bottom'],
  ['right', 'Dock to the right'],
  ['float', 'Float'],
];

export function Shell({ model, close }: { model: Model; close: () => void }) {
  const place = within(model.place);
  const shown = PANELS.find(({ view }) => view === place.view) ?? PANELS[0];
  if (!shown) return null;
  const { view, title, Component } = shown;
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.defaultPrevented) {
      event.preventDefault();
      close();
    }
    // The page's own shortcuts are not meant for what is typed here.
    event.stopPropagation();
  };
  return (
    <section
      class="frame"
      role="dialog"
      aria-label="Cache devtools"
      data-dock={place.dock}
      data-testid="frame"
      style={box(place)}
      onKeyDown={press}
    >
      <Grip model={model} />
      <header>
        <strong class="brand" onPointerDown={(event) => drag(event, model)}>
          everfresh
        </strong>
        <Tabs model={model} current={view} />
        <div class="tools">
          {DOCKS.map(([dock, label]) => (
            <button
              type="button"
              key={dock}
              class="dock"
              data-dock={dock}
              data-testid={`dock-${dock}`}
              aria-label={label}
              title={label}
              aria-pressed={place.dock === dock}
              onClick={() => model.move({ dock })}
            />
          ))}
          <button
            type="button"
            class="close"
            aria-label="Close"
            title="Close (Esc)"
            data-testid="close"
            onClick={close}
          />
        </div>
      </header>
      <div
        class="panel"
        role="tabpanel"
        id="panel"
        aria-label={title}
        data-testid={`panel-${view}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
      >
        <Component model={model} key={view} />
      </div>
    </section>
  );
}

function Tabs({ model, current }: { model: Model; current: string }) {
  const step = (event: TargetedKeyboardEvent<HTMLElement>) => {
    const at = PANELS.findIndex(({ view }) => view === current);
    const steps: Record<string, number> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: 0,
      End: -1,
    };
    const to = steps[event.key];
    const next = to === undefined ? undefined : PANELS.at(to % PANELS.length);
    if (next) {
      event.preventDefault();
      model.show(next.view);
      const tabs = event.currentTarget.querySelectorAll('button');
      tabs[PANELS.indexOf(next)]?.focus();
    }
  };
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const selected = list.current?.querySelector(`[data-testid=tab-${current}]`);
    selected?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current]);
  return (
    <div class="tabs" role="tablist" aria-label="Panels" onKeyDown={step} ref={list}>
      {PANELS.map(({ view, title }) => (
        <button
          type="button"
          role="tab"
          key={view}
          aria-selected={view === current}
          aria-controls="panel"
          tabIndex={view === current ? 0 : -1}
          data-testid={`tab-${view}`}
          onClick={() => model.show(view)}
        >
          {title}
        </button>
      ))}
    </div>
  );
}

/** Where the frame is, as properties that its style sheet uses: no policy for styles forbids them. */
function box({ size, left, top, width, height }: Place) {
  const lengths = { size, left, top, width, height };
  return Object.fromEntries(
    Object.entries(lengths).map(([name, length]) => [`--${name}`, `${length}px`]),
  );
}

/** Moves a floating frame by its name. */
function drag(event: TargetedPointerEvent<HTMLElement>, model: Model): void {
  const { dock, left, top } = model.place;
  if (dock !== 'float') return;
  const { currentTarget: handle, pointerId, clientX, clientY } = event;
  handle.setPointerCapture(pointerId);
  handle.onpointermove = (move) =>
    model.move({ left: left + move.clientX - clientX, top: top + move.clientY - clientY });
  handle.onpointerup = () => {
    handle.onpointermove = null;
  };
}
