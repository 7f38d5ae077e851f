/** A chain of steps: what happened last, and what that came of. */
import { reason, subject, title, tone } from '../describe.js';
import { clock } from '../format.js';
import type { Step } from '../inspection.js';

export function Why({ chain }: { chain: readonly Step[] }) {
  return (
    <ol class="why" data-testid="why">
      {chain.map((step) => (
        <li key={step.number} data-testid="why-step">
          <span class={`what ${tone(step)}`}>{title(step)}</span>{' '}
          <span class="mono">{subject(step)}</span>{' '}
          <span class="note">
            {reason(step)} {clock(step.time)}
          </span>
        </li>
      ))}
    </ol>
  );
}
