/** A worse network, for as long as the overlay is open. */
import type { Model } from '../model.js';

export function Simulate({ model }: { model: Model }) {
  const { simulation } = model;
  const set = (change: Parameters<typeof simulation.set>[0]) => {
    simulation.set(change);
    model.update();
  };
  return (
    <div class="pad-x form">
      <label>
        <input
          type="checkbox"
          data-testid="simulate-offline"
          checked={simulation.isOffline}
          onChange={(event) => set({ isOffline: event.currentTarget.checked })}
        />{' '}
        Offline: every request fails
      </label>
      <label>
        <input
          type="number"
          min={0}
          step={100}
          data-testid="simulate-delay"
          value={simulation.delay}
          onChange={(event) => set({ delay: Math.max(0, Number(event.currentTarget.value)) })}
        />{' '}
        ms longer for each request
      </label>
      <label>
        <select
          data-testid="simulate-failure"
          value={simulation.failure}
          onChange={(event) => set({ failure: Number(event.currentTarget.value) })}
        >
          <option value={0}>are sent</option>
          <option value={422}>fail with 422, for good</option>
          <option value={503}>fail with 503, for now</option>
        </select>{' '}
        Writes
      </label>
      <label>
        <input
          type="checkbox"
          data-testid="simulate-mute"
          checked={simulation.isMute}
          onChange={(event) => set({ isMute: event.currentTarget.checked })}
        />{' '}
        No message reaches other tabs, or comes from them
      </label>
      <p class="note">
        Calls of fetch, queries, prefetches and mutations are concerned; XMLHttpRequest is not. All
        of it ends when this is closed.
      </p>
      <button
        type="button"
        data-testid="simulate-end"
        disabled={!simulation.isOn}
        onClick={() => {
          simulation.end();
          model.update();
        }}
      >
        All off
      </button>
    </div>
  );
}
