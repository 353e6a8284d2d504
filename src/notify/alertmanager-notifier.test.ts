import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { startFakeAlertmanager, type FakeAlertmanager } from '../../test/fakes/alertmanager.ts';
import { failureOf } from '../../test/fakes/failure-of.ts';
import { assertGolden } from '../../test/fakes/golden.ts';
import { INCIDENT_START, testAlert, testIncident } from '../../test/fakes/incident.ts';
import { notifyDependencies } from '../../test/fakes/notify-dependencies.ts';
import type { Notifier } from '../model/incident.ts';
import { NO_METRICS, type SelfMetrics } from '../model/self-metrics.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { createHttp } from '../system/system-http.ts';
import { alertsBody, createAlertmanagerNotifier, type AlertmanagerOptions } from './alertmanager-notifier.ts';

const MINUTE = 60_000;

describe('the Alertmanager notifier', () => {
  let one: FakeAlertmanager;
  let two: FakeAlertmanager;
  let client: ReturnType<typeof createHttp>;
  let clock: VirtualClock;
  let counted: Readonly<Record<string, string>>[];
  const never = new AbortController().signal;

  beforeEach(async () => {
    [one, two] = await Promise.all([startFakeAlertmanager(), startFakeAlertmanager()]);
    client = createHttp();
    clock = new VirtualClock(INCIDENT_START + MINUTE);
    counted = [];
  });
  afterEach(async () => {
    await Promise.all([client.close(), one.close(), two.close()]);
  });

  function notifier(over: Partial<AlertmanagerOptions> = {}): Notifier {
    const metrics: SelfMetrics = { ...NO_METRICS, increment: (_, labels = {}) => void counted.push(labels) };
    return createAlertmanagerNotifier(
      { urls: [one.url, two.url], ...over },
      notifyDependencies({ http: client.http, clock, metrics }),
    );
  }

  test('an alert fires there as long as it is told again each minute, and outlives three that are missed', async () => {
    const sender = notifier();
    const incident = testIncident();
    assert.deepEqual(await sender.notify(incident, never), {});
    assert.equal(sender.keepAlive?.everyMs, MINUTE);
    for (let minute = 0; minute < 10; minute++) {
      await clock.advance(MINUTE);
      await sender.keepAlive.send(incident, never);
    }
    await clock.advance(4 * MINUTE - 1);
    assert.deepEqual(
      [one.firing(clock.now()), two.firing(clock.now())],
      [['OctopusQueueStuck'], ['OctopusQueueStuck']],
    );
    await clock.advance(1);
    assert.deepEqual(one.firing(clock.now()), []);
  });

  test('an end is told at once', async () => {
    await notifier().notify(testIncident(), never);
    const endsAt = clock.now();
    await notifier().notify(testIncident({ status: 'resolved', endsAt }), never);
    assert.deepEqual([one.firing(endsAt), two.firing(endsAt)], [[], []]);
  });

  test('one that is away is counted; the other has the alert, and that is enough', async () => {
    two.fail({ kind: 'reset' });
    await notifier().notify(testIncident(), never);
    assert.deepEqual(counted, [{ kind: 'alertmanager', reason: 'network' }]);
    assert.deepEqual(one.firing(clock.now()), ['OctopusQueueStuck']);
  });

  test('all of them away: tried again as long as one of them may take it', async () => {
    one.fail({ kind: 'status', status: 400 });
    two.fail({ kind: 'status', status: 503 });
    const failure = await failureOf(notifier().notify(testIncident(), never));
    assert.deepEqual([failure.reason, failure.retryable], ['server_error', true]);
    one.fail({ kind: 'status', status: 400 });
    two.fail({ kind: 'status', status: 401 });
    const final = await failureOf(notifier().notify(testIncident(), never));
    assert.deepEqual([final.reason, final.retryable, counted], ['rejected', false, []]);
  });

  test('a wrong path says what to write', async () => {
    const failure = await failureOf(notifier({ urls: [`${one.url}/alerts`] }).notify(testIncident(), never));
    assert.equal(failure.reason, 'not_found');
    assert.match(failure.message, /urls are bases without/);
  });

  test('no alert carries a remedy, nor a label without a value', async () => {
    const alert = testAlert({
      labels: { alertname: 'A', tenant: 'acme', empty: '' },
      annotations: { summary: 's', remedy: 'octopus-task-cancel' },
    });
    await notifier().notify(testIncident({ alerts: [alert] }), never);
    const [posted] = one.posts[0] ?? [];
    assert.deepEqual(posted?.labels, { alertname: 'A', tenant: 'acme' });
    assert.deepEqual(posted.annotations, { summary: 's' });
  });
});

test('golden: forwarded alerts', () => {
  const incident = testIncident({
    alerts: [
      testAlert({ expression: 'octopus_queue_seconds > 600', firedAt: INCIDENT_START + 5 * MINUTE }),
      testAlert({ key: 'b', state: 'resolved', resolvedAt: INCIDENT_START + 7 * MINUTE }),
      testAlert({ key: 'c', receivedFrom: 'https://prometheus.example/graph?g0.expr=up' }),
    ],
  });
  assertGolden(
    alertsBody(incident, INCIDENT_START + 10 * MINUTE),
    new URL('fixtures/alertmanager-alerts.json', import.meta.url),
  );
});
