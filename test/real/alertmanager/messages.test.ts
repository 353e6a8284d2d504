import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Alert } from '../../../src/model/alert.ts';
import type { Incident } from '../../../src/model/incident.ts';
import { commonLabels } from '../../../src/model/labels.ts';
import { alertsBody } from '../../../src/notify/alertmanager-notifier.ts';
import { webhookBody } from '../../../src/notify/webhook-body.ts';
import { INCIDENT_START, testAlert, testIncident } from '../../fakes/incident.ts';
import { buildGoProgram, runProgram, skipWithoutGo } from '../go-program.ts';
import { ALERTMANAGER_VERSION } from './alertmanager-judge.ts';

const MINUTE = 60_000;
const BUILD = { timeout: 20 * MINUTE, skip: skipWithoutGo() };
/** Far ahead, so that the judge's own clock does not end what still fires. */
const AHEAD = Date.UTC(2126, 0, 1);

interface Answer {
  readonly fingerprints: readonly string[];
  readonly message: Readonly<Record<string, unknown>>;
}

/** What Alertmanager's own code makes of the alerts that octowatch forwards to it. */
async function forwarded(incident: Incident, maxAlerts = 0): Promise<Answer> {
  const source = readFileSync(new URL('messages/main.go', import.meta.url), 'utf8');
  const digest = createHash('sha256').update(source).digest('hex').slice(0, 8);
  const path = await buildGoProgram({
    name: `alertmanager-messages-${digest}`,
    package: 'github.com/prometheus/alertmanager/cmd/amtool',
    version: ALERTMANAGER_VERSION,
    source,
  });
  const { receiver, groupLabels, externalUrl: externalURL } = incident;
  const { groupKey } = messageOf(incident);
  const alerts = alertsBody(incident, AHEAD);
  const input = JSON.stringify({ alerts, receiver, groupKey, groupLabels, externalURL, maxAlerts });
  const { code, stdout, stderr } = await runProgram(path, [], { input, deadlineMs: MINUTE });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

function messageOf(incident: Incident, maxAlerts = 0): Record<string, unknown> {
  return JSON.parse(JSON.stringify(webhookBody(incident, maxAlerts)));
}

/** The message with times as numbers: Alertmanager writes as many digits of a second as are not zero. */
function comparable(message: Readonly<Record<string, unknown>>): unknown {
  return JSON.parse(JSON.stringify(message), (key, value: unknown) =>
    key === 'startsAt' || key === 'endsAt' ? Date.parse(String(value)) : value,
  );
}

function incidentOf(alerts: readonly Alert[], over: Partial<Incident> = {}): Incident {
  return testIncident({
    alerts,
    commonLabels: commonLabels(alerts.map(({ labels }) => labels)),
    commonAnnotations: commonLabels(alerts.map(({ annotations }) => annotations)),
    ...over,
  });
}

const ONE = testAlert();
const TWO = testAlert({
  key: 'b',
  labels: { alertname: 'OctopusQueueStuck', tenant: 'acme', severity: 'page', node: 'octo-2 "übel"' },
});
const OVER = { ...TWO, state: 'resolved', resolvedAt: INCIDENT_START + 5 * MINUTE } as const;
const INCIDENTS: Readonly<Record<string, readonly [Incident, number]>> = {
  'one alert': [incidentOf([ONE]), 0],
  'it fires after the time that its rule waits': [
    incidentOf([{ ...ONE, expression: 'up == 0', firedAt: ONE.activeAt + 15 * MINUTE }]),
    0,
  ],
  'a receiver whose name has a dot': [incidentOf([ONE], { receiver: 'team.a' }), 0],
  'one of two is over': [incidentOf([ONE, OVER]), 0],
  'all are over': [incidentOf([OVER], { status: 'resolved', endsAt: OVER.resolvedAt }), 0],
  'more alerts than are wanted': [incidentOf([ONE, { ...ONE, key: 'c' }, { ...ONE, key: 'd' }]), 1],
};

for (const [what, [incident, maxAlerts]] of Object.entries(INCIDENTS)) {
  test(`a webhook gets what Alertmanager would post: ${what}`, BUILD, async () => {
    const { message } = await forwarded(incident, maxAlerts);
    const { octowatch, ...ours } = messageOf(incident, maxAlerts);
    assert.ok(octowatch !== undefined);
    // Alertmanager 0.34 adds labels of routes and a reason, which octowatch does not have.
    const { routeLabels: _, notification_reason: __, ...theirs } = message;
    assert.deepEqual(comparable(ours), comparable(theirs));
  });
}

test('alerts with any labels are taken, and have the fingerprints that we say', BUILD, async () => {
  const name = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/);
  const labels = fc.dictionary(name, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), {
    maxKeys: 6,
  });
  const alerts = fc
    .sample(labels, 500)
    .map((some, n) => testAlert({ key: `a${n}`, labels: { alertname: `A${n}`, ...some } }));
  const incident = incidentOf(alerts);
  const { fingerprints } = await forwarded(incident);
  const { alerts: told } = messageOf(incident);
  assert.ok(Array.isArray(told));
  assert.deepEqual(
    told.map(({ fingerprint }) => fingerprint),
    fingerprints,
  );
});
