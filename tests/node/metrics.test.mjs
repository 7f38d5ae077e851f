// What the package measures, and says of it: exact numbers for what was done.
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { append, rejection, scenario, site } from './support/scenario.mjs';

/** @typedef {import('../../pkg-template/dist/slim.js').MetricsSums} MetricsSums */

/** The counters that are not 0. @param {MetricsSums | undefined} sums */
const counted = (sums) => {
  const { durations, ...counts } = /** @type {any} */ (sums);
  delete counts.at;
  delete counts.name;
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
};

scenario('each thing is counted once, by what it was', async (cache) => {
  await cache.query('/list');
  cache.peek('/list');
  cache.peek('/list');
  cache.peek('/nothing');
  const failing = cache.mutate({
    request: { url: '/write', method: 'POST' },
    optimistic: append(2),
  });
  (await site.next('POST /write')).answer(500);
  await rejection(failing);
  const report = await cache.report();
  assert.deepEqual(
    [report.version, report.range, report.groupBy, report.series.length, report.step],
    [1, '1h', 'layer', 60, 60_000],
  );
  const { hits, misses, peeks, stores, requests, errors, writes, rollbacks } = report.total;
  assert.deepEqual(
    { hits, misses, peeks, stores, requests, errors, writes, rollbacks },
    { hits: 1, misses: 1, peeks: 2, stores: 1, requests: 2, errors: 1, writes: 1, rollbacks: 1 },
  );
  assert.equal(report.total.durations.count, 3);
  assert.equal(report.until - report.from, 3_600_000);
  const { at, ...last } = report.series[59];
  assert.equal(at, report.until - 60_000);
  const sum = report.series.reduce((all, point) => all + point.hits + point.misses, 0);
  assert.equal(sum, 2, 'what was counted is in one of the steps');
  assert.ok('durations' in last);
});

scenario('groups are layers, operations and patterns', async (cache) => {
  await cache.query('/list');
  /** @param {any} groupBy */
  const groups = async (groupBy) => {
    const report = await cache.report({ groupBy });
    return Object.fromEntries(report.groups.map(({ name, ...sums }) => [name, counted(sums)]));
  };
  assert.deepEqual(await groups('layer'), {
    memory: { hits: 1, stores: 1, storedKilobytes: 1 },
    network: { misses: 1, requests: 1 },
  });
  assert.deepEqual(await groups('operation'), {
    read: { hits: 1, misses: 1, stores: 1, requests: 1, storedKilobytes: 1 },
  });
  assert.deepEqual(Object.keys(await groups('route')), ['other'], 'there is no rule');
  assert.deepEqual(await groups('tag'), {});
});

scenario('the same is exported as JSON and as CSV', async (cache) => {
  const now = Date.now();
  mock.timers.enable({ apis: ['Date'], now });
  try {
    const report = await cache.report({ range: '24h', groupBy: 'operation' });
    const json = await cache.exportMetrics({ range: '24h', groupBy: 'operation' });
    assert.deepEqual(JSON.parse(json), report);
    const csv = await cache.exportMetrics({ range: '24h', groupBy: 'operation', format: 'csv' });
    const [head, ...rows] = csv.trimEnd().split('\r\n');
    const names = head.split(',');
    assert.equal(rows.length, 1 + report.groups.length + report.series.length);
    const all = rows.map((row) => row.split(','));
    const total = Object.fromEntries(names.map((name, at) => [name, all[0][at]]));
    assert.deepEqual([total.row, total.misses, total.durations], ['total', '1', '1']);
    assert.deepEqual(all[1].slice(0, 2), ['operation', '"read"']);
    assert.ok(all.every((row) => row.length === names.length));
  } finally {
    mock.timers.reset();
  }
});

scenario('what is no range is an error that says so', async (cache) => {
  for (const options of [{ range: '2h' }, { groupBy: 'user' }, { format: 'xml' }]) {
    const error = await rejection(cache.exportMetrics(/** @type {any} */ (options)));
    assert.equal(error.code, 'config-invalid', JSON.stringify(options));
  }
});

scenario('P7: what is closed says nothing, and harms nothing', async (cache) => {
  await cache.report();
  cache.close();
  assert.deepEqual(counted((await cache.report()).total), {});
});

test('`metrics: false` counts nothing over time; the counters of the tab stay', async () => {
  const { everfresh } = await import('./support/scenario.mjs');
  const cache = await everfresh.createCache({ metrics: false });
  try {
    cache.setQueryData('/a', 1, { staleTime: 60_000 });
    await cache.query('/a');
    assert.equal(cache.metrics().memoryHits, 1);
    assert.deepEqual(counted((await cache.report()).total), {});
  } finally {
    cache.close();
  }
});

test('alerts are events of the cache', async () => {
  const { everfresh } = await import('./support/scenario.mjs');
  const cache = await everfresh.createCache();
  try {
    assert.deepEqual(cache.health(), {
      status: 'unknown',
      checkedAt: null,
      sample: null,
      alerts: [],
    });
    assert.equal(cache.acknowledgeAlert(1), false);
    const failing = cache.query('/a', { retry: 0 });
    (await site.next('GET /a')).answer(503);
    await rejection(failing);
    /** @type {any[]} */ const events = [];
    /** @type {(value: unknown) => void} */ let heard = () => {};
    const raised = new Promise((resolve) => {
      heard = resolve;
    });
    cache.events((event) => {
      if (event.type === 'alert') {
        events.push(event);
        if (events.length === 2) heard(undefined);
      }
    });
    const stop = cache.startMonitoring({
      interval: 5,
      minRequests: 1,
      errorRate: { info: 0.25 },
      responseTime: {},
    });
    await raised;
    const health = cache.health();
    assert.equal(health.status, 'critical');
    assert.equal(health.sample?.errorRate, 1);
    assert.deepEqual(
      health.alerts.map(({ type, severity, value, bound }) => [type, severity, value, bound]),
      [
        ['low-hit-rate', 'critical', 0, 0.5],
        ['high-error-rate', 'info', 1, 0.25],
      ],
    );
    const [{ id }] = health.alerts;
    assert.equal(cache.acknowledgeAlert(id), true);
    assert.equal(cache.acknowledgeAlert(id), false);
    assert.deepEqual(
      events.map(({ state, alert }) => [state, alert.type]),
      [
        ['raised', 'low-hit-rate'],
        ['raised', 'high-error-rate'],
        ['acknowledged', 'low-hit-rate'],
      ],
    );
    const stopNewer = cache.startMonitoring({ interval: 5, minRequests: 1 });
    stop();
    assert.equal(cache.health().status === 'unknown', false, 'who began before ends nothing');
    stopNewer();
    assert.equal(cache.health().status, 'unknown');
    assert.equal(cache.acknowledgeAlert(id), false);
  } finally {
    cache.close();
  }
});
