import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { SqliteIncidentLog } from '../../src/alerts/log/sqlite-incident-log.ts';
import { alert, MINUTE, scene, type SceneOptions } from '../../src/alerts/testing/scene.ts';
import { NOTHING_FOLDED } from '../../src/alerts/testing/undisturbed.ts';
import type { Alert } from '../../src/model/alert.ts';
import type { Incident } from '../../src/model/incident.ts';
import type { HealStatus } from '../../src/model/plan.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { consoleLine } from '../../src/notify/console-notifier.ts';
import { emailText } from '../../src/notify/email-words.ts';
import { createFill } from '../../src/notify/fill-template.ts';
import { pagerDutyBody } from '../../src/notify/pagerduty-event.ts';
import { slackMessage } from '../../src/notify/slack-message.ts';
import { assertGoldenText } from '../fakes/golden.ts';
import { notifyDependencies } from '../fakes/notify-dependencies.ts';

const NIGHT = Date.UTC(2026, 10, 21, 2, 53);
const DAY = 86_400_000;
const route = { receiver: 'oncall', group_wait: 0 };
const ACME = {
  customer: 'Acme Ltd',
  plan: 'enterprise',
  database_server: 'sql-7',
  node: 'n-3',
  region: 'eu-west-2',
};
const FLEET = new Map<string, Record<string, string>>([
  ['acme', ACME],
  ...Array.from({ length: 999 }, (_, i): [string, Record<string, string>] => [
    `t${i}`,
    { database_server: i < 35 ? 'sql-7' : `sql-${8 + (i % 30)}`, node: `n-${i % 70}`, region: 'eu-west-2' },
  ]),
]);

/** The last incident that was told to a dispatcher's chat, when these alerts fire. */
async function told(
  rounds: readonly (readonly Alert[])[],
  { heals = [], ...options }: SceneOptions & { readonly heals?: readonly HealStatus[] } = {},
): Promise<Incident> {
  const [database, clock] = [new DatabaseSync(':memory:'), new VirtualClock(NIGHT)];
  new SqliteIncidentLog(database).saveIncident({
    key: 'before',
    receiver: 'oncall',
    alertname: 'OctopusQueueStuck',
    tenant: 'acme',
    severity: 'page',
    summary: 'acme: queue stuck 10m, 31 waiting',
    startedAt: NIGHT - 7 * DAY,
    endedAt: NIGHT - 7 * DAY + 12 * MINUTE,
    ended: 'acknowledged by Priya Nair',
  });
  const over = { fleet: () => FLEET, ...options.over };
  const externalUrl = (): string => 'https://octowatch.example';
  const tested = scene({ route, externalUrl, ...options, database, clock, over });
  tested.dispatcher.settled();
  for (const heal of heals) tested.heals.set(heal.alertKey, heal);
  for (const [index, alerts] of rounds.entries()) {
    tested.dispatcher.update(`group ${index}`, alerts);
    await clock.advance(2 * MINUTE);
  }
  return tested.incidents.at(-1) ?? assert.fail('nobody was told');
}

/** What each receiver shows of it. */
function wholePage(incident: Incident): string {
  const same = { ...incident, sequence: '' };
  const fill = createFill('pagerduty', notifyDependencies());
  const action = incident.status === 'resolved' ? 'resolve' : 'trigger';
  const json = (value: unknown): string => JSON.stringify(value, null, 2);
  const event: unknown = JSON.parse(pagerDutyBody(action, same, { routing_key: 'R' }, fill));
  const parts = [
    ['Console', consoleLine(same)],
    ['E-mail', emailText(same)],
    ['PagerDuty', json(event)],
    ['Slack', json(slackMessage(same))],
  ];
  return `${parts.map(([name, text]) => `== ${name}\n${text}`).join('\n')}\n`;
}

function firing(tenant: string, alertname: string, summary: string, over: Partial<Alert> = {}): Alert {
  const annotations = { summary, ...over.annotations };
  const labels = { alertname, tenant, severity: 'page', ...over.labels };
  const times = { activeAt: NIGHT - 12 * MINUTE, firedAt: NIGHT };
  return alert(tenant, { key: `${alertname}:${tenant}`, ...times, ...over, labels, annotations });
}

const STUCK = firing('acme', 'OctopusQueueStuck', 'acme: queue stuck 12m, 43 waiting', {
  value: 725.333333333,
  threshold: { operator: '>', value: 300, unit: 'seconds' },
  expression: 'octopus_task_queue_wait_seconds > 300',
  annotations: {
    action: 'Cancel the task that blocks the queue, or restart its node.',
    runbook_url: 'https://runbooks.example/octopus-queue-stuck',
    link_url: 'https://acme.example/app#/Spaces-1/tasks/ServerTasks-7',
  },
});

test('a queue that a heal could not free', async () => {
  const slow = firing('acme', 'OctopusApiSlow', 'acme: API slow, p90 4s', { labels: { severity: 'ticket' } });
  const heal: HealStatus = {
    alertKey: STUCK.key,
    remedy: 'octopus-task-cancel',
    tenant: 'acme',
    state: 'failed',
    detail: 'cancelled ServerTasks-7, which does not end',
    startedAt: NIGHT,
  };
  const incident = await told([[slow], [STUCK]], { heals: [heal] });
  assertGoldenText(wholePage(incident), new URL('pages/queue.txt', import.meta.url));
});

test('a database server that takes its tenants down', async () => {
  const victims = Array.from({ length: 35 }, (_, i) => `t${i}`);
  const alerts = victims.map((tenant) =>
    firing(tenant, 'OctopusDown', `${tenant}: down, login timeout`, {
      value: 0,
      threshold: { operator: '==', value: 0 },
      annotations: { action: 'Check the database server first.' },
    }),
  );
  const folds = { ...NOTHING_FOLDED, storm: { ...NOTHING_FOLDED.storm, enabled: true } };
  const incident = await told([alerts], { over: { folds } });
  assertGoldenText(wholePage(incident), new URL('pages/storm.txt', import.meta.url));
});

test('texts that nobody wrote for a phone', async () => {
  const trace =
    'System.Exception: cannot log in with hunter2\r\n   at Octopus.Core.Run(String x) in Run.cs:line 7';
  const broken = firing('acme', 'OctopusTaskFailed', `acme: <!channel> *${trace}`, {
    value: 43.333333333,
    annotations: { action: `<script>alert(1)</script> ${trace}` },
  });
  const redact = (text: string): string => text.replaceAll('hunter2', '***');
  const incident = await told([[broken]], { redact });
  const page = wholePage(incident);
  assert.doesNotMatch(page, /hunter2|Run\.cs|43\.3333/);
  assertGoldenText(page, new URL('pages/hostile.txt', import.meta.url));
});

test('a node that has tenants on it', async () => {
  const disk = alert('', {
    key: 'disk',
    labels: { alertname: 'NodeDiskFull', node: 'n-3', severity: 'page' },
    annotations: { summary: 'n-3: 4.3 % of its disk left', action: 'Delete old packages.' },
    value: 0.04321098,
    threshold: { operator: '<', value: 0.1, unit: 'ratio' },
    activeAt: NIGHT,
    firedAt: NIGHT,
  });
  assertGoldenText(wholePage(await told([[disk]])), new URL('pages/node.txt', import.meta.url));
});

test('what is over', async () => {
  const over: Alert = { ...STUCK, state: 'resolved', resolvedAt: NIGHT + 2 * MINUTE };
  const tested = scene({ route, clock: new VirtualClock(NIGHT), over: { fleet: () => FLEET } });
  tested.dispatcher.settled();
  tested.dispatcher.update('octopus', [STUCK]);
  await tested.clock.advance(2 * MINUTE);
  tested.dispatcher.update('octopus', [over]);
  await tested.clock.advance(10 * MINUTE);
  const incident = tested.incidents.at(-1) ?? assert.fail('nobody was told');
  assert.equal(incident.status, 'resolved');
  assertGoldenText(wholePage(incident), new URL('pages/over.txt', import.meta.url));
});
