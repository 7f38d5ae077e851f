/** How the cache is, and the alerts that nobody has seen yet. */
import type { Alert, AlertType, Health } from '../../metrics.js';
import { clock, span } from '../format.js';
import type { Model } from '../model.js';
import { Total } from '../parts/total.js';

const ALERTS: Record<AlertType, string> = {
  'low-hit-rate': 'Few reads are answered from the cache',
  'high-error-rate': 'Many requests fail',
  'slow-response': 'Answers are slow',
  'high-invalidation-rate': 'Much is invalidated',
  'cache-unavailable': 'There is no cache',
};

export function HealthPanel({ model }: { model: Model }) {
  const { status, checkedAt, sample, alerts } = model.cache.health();
  if (!checkedAt || !sample) {
    return (
      <div class="pad-x">
        <h2>Health</h2>
        <p class="note" data-testid="health-status">
          {model.monitors ? 'It is looked at for the first time.' : 'Nobody looks at it.'}
        </p>
        <button
          type="button"
          data-testid="health-watch"
          disabled={model.monitors}
          onClick={() => model.monitor()}
        >
          Watch while this is open
        </button>
      </div>
    );
  }
  return (
    <>
      <dl class="totals">
        <Total name="Health" value={status} id="health-status" />
        <Total name="Hit rate" value={percent(sample.hitRate)} id="health-hit-rate" />
        <Total name="Failures" value={percent(sample.errorRate)} id="health-error-rate" />
        <Total
          name="p95"
          value={sample.responseTime === null ? '–' : span(sample.responseTime)}
          id="health-response-time"
        />
        <Total
          name="Invalidations for each read"
          value={percent(sample.invalidationRate)}
          id="health-invalidation-rate"
        />
        <Total name="Requests" value={sample.requests} id="health-requests" />
        <Total name="Looked at" value={clock(checkedAt)} id="health-checked" />
      </dl>
      <p class="note pad-x">Of the last five minutes, in all tabs.</p>
      <h2 class="pad-x">Alerts</h2>
      <Alerts model={model} alerts={alerts} />
    </>
  );
}

function Alerts({ model, alerts }: { model: Model; alerts: Health['alerts'] }) {
  if (alerts.length === 0) {
    return <p class="note pad-x">There is none.</p>;
  }
  const acknowledge = (id: number) => {
    model.cache.acknowledgeAlert(id);
    model.update();
  };
  return (
    <table class="table" data-testid="alerts">
      <thead>
        <tr>
          <th scope="col">Alert</th>
          <th scope="col">Severity</th>
          <th scope="col" class="number">
            Value
          </th>
          <th scope="col" class="number">
            Threshold
          </th>
          <th scope="col">Since</th>
          <th scope="col">Do</th>
        </tr>
      </thead>
      <tbody>
        {alerts.map((alert) => (
          <tr key={alert.id} data-testid="alert">
            <td>{ALERTS[alert.type]}</td>
            <td class={alert.severity === 'critical' ? 'bad' : 'warn'}>{alert.severity}</td>
            <td class="number">{measured(alert, alert.value)}</td>
            <td class="number">{measured(alert, alert.bound)}</td>
            <td>{clock(alert.since)}</td>
            <td>
              <button
                type="button"
                data-testid="alert-acknowledge"
                disabled={alert.acknowledged}
                onClick={() => acknowledge(alert.id)}
              >
                {alert.acknowledged ? 'Seen' : 'Acknowledge'}
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function measured({ type }: Alert, value: number | null): string {
  return type === 'slow-response' && value !== null ? span(value) : percent(value);
}

function percent(rate: number | null): string {
  return rate === null ? '–' : `${Math.round(1_000 * rate) / 10} %`;
}
