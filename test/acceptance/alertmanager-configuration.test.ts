import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startFakePagerDuty, type FakePagerDuty } from '../fakes/pagerduty.ts';
import { startFakeSlack, type FakeSlack } from '../fakes/slack.ts';
import { startFakeSmtp, type FakeSmtp, type ReceivedMail } from '../fakes/smtp.ts';
import { temporaryDirectory } from '../fakes/temporary-directory.ts';
import { startFakeWebhook, type FakeWebhook } from '../fakes/webhook.ts';
import { octowatch } from './command-line.ts';
import { startDaemon, writeConfig, type Daemon } from './daemon.ts';
import { eventually } from './eventually.ts';

const CONFIG = { fleet: { instances: [] }, rules: { interval: '1s' } };
const X_KEY = 'A'.repeat(32);
const DB_KEY = 'B'.repeat(32);

interface World {
  readonly pagerDuty: FakePagerDuty;
  readonly slack: FakeSlack;
  readonly smtp: FakeSmtp;
  readonly audit: FakeWebhook;
}

/** A file as teams have it for their Alertmanager, with the addresses of the fakes. */
function alertmanagerYaml({ pagerDuty, slack, smtp, audit }: World): string {
  return `
# The root of it all: https://prometheus.io/docs/alerting/latest/configuration/
global:
  resolve_timeout: 5m
  # The smarthost and SMTP sender used for mail notifications.
  smtp_smarthost: '${smtp.smarthost}'
  smtp_from: 'alertmanager@example.org'
  smtp_require_tls: false
  slack_api_url: '${slack.webhookUrl}'
  pagerduty_url: '${pagerDuty.url}/v2/enqueue'

templates:
  - 'templates/*.tmpl'

route:
  group_by: ['alertname', 'cluster']
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 3h
  receiver: team-X-mails
  routes:
    # What is a service's is written down, whoever else is told.
    - receiver: audit
      matchers: [ service != "" ]
      group_by: ['...']
      continue: true
    - match_re:
        service: ^(foo1|foo2|baz)$
      receiver: team-X-mails
      routes:
        - matchers: [ severity = "critical" ]
          receiver: team-X-pager
    - matchers:
        - service = "database"
      receiver: team-DB-pager
      group_by: [alertname, cluster, database]
      routes:
        - matchers: [ owner = "team-X" ]
          receiver: team-X-chat
          continue: true
        - matchers: [ owner =~ "team-(X|Y)" ]
          receiver: team-DB-pager
    - matchers: [ service="batch" ]
      receiver: team-X-pager
      mute_time_intervals: [ every-day ]
    - matchers: [ service="report" ]
      receiver: team-X-pager
      active_time_intervals: [ long-ago ]

inhibit_rules:
  - source_matchers: [ severity="critical" ]
    target_matchers: [ severity="warning" ]
    # Apply inhibition if the alertname and cluster are the same.
    equal: [ alertname, cluster ]

time_intervals:
  - name: every-day
    time_intervals:
      - weekdays: [ 'monday:friday' ]
      - weekdays: [ saturday, sunday ]
        times: [ { start_time: 00:00, end_time: 24:00 } ]
  - name: long-ago
    time_intervals:
      - years: [ '2015:2016' ]
        months: [ 'january:march', december ]
        location: Europe/Berlin

receivers:
  - name: team-X-mails
    email_configs:
      - to: 'team-X+{{ .GroupLabels.cluster }}@example.org'
        headers: { Subject: '{{ template "team.subject" . }}' }
        html: '{{ template "team.mail" . }}'
        send_resolved: true
  - name: team-X-pager
    email_configs:
      - to: 'team-X+critical@example.org'
    pagerduty_configs:
      - routing_key: ${X_KEY}
        description: '{{ template "team.subject" . }}'
        details: { firing: '{{ .Alerts.Firing | len }}', who: '{{ .CommonLabels.instance }}' }
  - name: team-DB-pager
    pagerduty_configs:
      - routing_key: ${DB_KEY}
  - name: team-X-chat
    slack_configs:
      - channel: '#team-x'
        title: '{{ template "team.subject" . }}'
        text: >-
          {{ range .Alerts -}}
          *{{ .Labels.instance }}*: {{ .Annotations.description }}
          {{- end }}
  - name: audit
    webhook_configs:
      - url: ${audit.url}
`;
}

const TEMPLATES = `
{{ define "team.subject" }}[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}] {{ .GroupLabels.SortedPairs.Values | join " " }}{{ end }}
{{ define "team.mail" }}<ul>{{ range .Alerts }}<li title="{{ .Labels.instance }}">{{ .Annotations.description }}</li>{{ end }}</ul>{{ end }}
`;

type Labels = Readonly<Record<string, string>>;

function posted(labels: Labels, ends = false): object {
  const now = Date.now();
  return {
    labels: { cluster: 'eu-1', ...labels },
    annotations: { description: `${labels['instance'] ?? 'it'} is <slow>` },
    generatorURL: 'http://prometheus.example/graph?g0.expr=up',
    ...(ends ? { startsAt: at(now - 60_000), endsAt: at(now - 1) } : {}),
  };
}

function at(ms: number): string {
  return new Date(ms).toISOString();
}

async function post({ url, token }: Daemon, alerts: readonly object[]): Promise<void> {
  const response = await fetch(`${url}/api/v2/alerts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(alerts),
    signal: AbortSignal.timeout(5000),
  });
  assert.equal(response.status, 200, await response.text());
}

const CRITICAL = { alertname: 'Latency', service: 'foo1', severity: 'critical', instance: 'web-1' };
const INHIBITED = { alertname: 'Latency', service: 'foo1', severity: 'warning', instance: 'web-2' };
const OTHER_CLUSTER = { ...INHIBITED, cluster: 'us-1', instance: 'web-3' };
const DATABASE = { alertname: 'Lag', service: 'database', database: 'orders', severity: 'critical' };
const MUTED = { alertname: 'BatchLate', service: 'batch', severity: 'critical' };
const INACTIVE = { alertname: 'ReportLate', service: 'report', severity: 'critical' };
const LAST = { alertname: 'Last', service: 'baz', severity: 'critical', instance: 'web-9' };

async function startWorld(): Promise<World & AsyncDisposable> {
  const [pagerDuty, slack, smtp, audit] = await Promise.all([
    startFakePagerDuty(),
    startFakeSlack(),
    startFakeSmtp(),
    startFakeWebhook(),
  ]);
  const fakes = [pagerDuty, slack, smtp, audit];
  return {
    pagerDuty,
    slack,
    smtp,
    audit,
    [Symbol.asyncDispose]: async () => void (await Promise.all(fakes.map((fake) => fake.close()))),
  };
}

function directoryWithTemplates(): string {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'templates'));
  writeFileSync(join(directory, 'templates', 'team.tmpl'), TEMPLATES);
  return directory;
}

/** What was triggered at PagerDuty, by the key of the service and the title. */
function pages({ events }: FakePagerDuty): string[] {
  return events
    .filter(({ event_action: action }) => action === 'trigger')
    .map(({ routing_key: key, payload }) => `${key.charAt(0)} ${payload?.summary}`)
    .toSorted();
}

function mailsTo({ mails }: FakeSmtp, address: string): readonly ReceivedMail[] {
  return mails.filter(({ to }) => to.includes(address));
}

/** The alerts that the audit was told of, by name and instance. */
function audited({ deliveries }: FakeWebhook, status: string): string[] {
  const alerts = deliveries.flatMap(({ body }) => (Array.isArray(body['alerts']) ? body['alerts'] : []));
  const names = alerts
    .filter((alert) => alert.status === status)
    .map(({ labels }) => `${labels.alertname} ${labels.instance ?? labels.owner ?? ''}`.trim());
  return [...new Set(names)].toSorted();
}

/** Title and text of what the webhook of the channel was posted. */
function slackTexts({ posts }: FakeSlack): unknown[] {
  return posts.map(({ attachments }) => {
    const [{ title, text } = { title: '', text: '' }] = Array.isArray(attachments) ? attachments : [];
    return [title, text];
  });
}

/** The instances of alerts that are told nowhere, as others inhibit them. */
async function inhibited({ url }: Daemon): Promise<(string | undefined)[]> {
  const response = await fetch(`${url}/api/v2/alerts?active=false`, { signal: AbortSignal.timeout(5000) });
  const alerts: { labels: Labels; status: { inhibitedBy: string[] } }[] = JSON.parse(await response.text());
  return alerts.filter(({ status }) => status.inhibitedBy.length > 0).map(({ labels }) => labels['instance']);
}

test('a whole alertmanager.yml, pasted: alerts reach whom it says in its words, others nobody', async () => {
  await using world = await startWorld();
  const { pagerDuty, slack, smtp, audit } = world;
  const directory = directoryWithTemplates();
  const pasted = alertmanagerYaml(world);
  await using daemon = await startDaemon({ directory, config: CONFIG, pasted });

  await post(daemon, [
    posted(CRITICAL),
    posted(INHIBITED),
    posted(OTHER_CLUSTER),
    posted({ ...DATABASE, owner: 'team-X', instance: 'db-1' }),
    posted({ ...DATABASE, database: 'stock', owner: 'team-Z' }),
    posted(MUTED),
    posted(INACTIVE),
    posted({ alertname: 'Nobodys', instance: 'web-4' }),
  ]);
  await eventually('all pages are there', () => pagerDuty.events.length === 3);
  await eventually(
    'and all mails, and the message',
    () => smtp.mails.length === 3 && slack.posts.length === 1,
  );
  // What is told last has passed everything that would have been told before.
  await post(daemon, [posted(LAST)]);
  await eventually('the last page is there', () => pages(pagerDuty).includes('A [FIRING:1] Last eu-1'));
  await eventually('the last is audited', () => audited(audit, 'firing').includes('Last web-9'));
  await eventually('and mailed', () => smtp.mails.length === 4);

  assert.deepEqual(pages(pagerDuty), [
    'A [FIRING:1] Last eu-1',
    'A [FIRING:1] Latency eu-1',
    'B Lag (cluster=eu-1, service=database, database=orders)',
    'B Lag (cluster=eu-1, service=database, database=stock)',
  ]);
  const [first] = pagerDuty.events.filter(({ routing_key: key }) => key === X_KEY);
  assert.deepEqual(
    [first?.payload?.custom_details?.['firing'], first?.payload?.custom_details?.['who']],
    ['1', 'web-1'],
  );
  assert.deepEqual(smtp.mails.map(({ to, headers }) => `${to.join()}: ${headers['subject']}`).toSorted(), [
    'team-X+critical@example.org: Last (cluster=eu-1, service=baz, instance=web-9)',
    'team-X+critical@example.org: Latency (cluster=eu-1, service=foo1, instance=web-1)',
    'team-X+eu-1@example.org: [FIRING:1] Nobodys eu-1',
    'team-X+us-1@example.org: [FIRING:1] Latency us-1',
  ]);
  const [mail] = mailsTo(smtp, 'team-X+us-1@example.org');
  assert.equal(mail?.parts['text/html'], '<ul><li title="web-3">web-3 is &lt;slow&gt;</li></ul>');
  assert.deepEqual(slackTexts(slack), [['[FIRING:1] Lag eu-1 orders', '*db-1*: db-1 is &lt;slow&gt;']]);
  // Time mutes a route, inhibition an alert: so the audit knows of the one and not of the other.
  assert.deepEqual(audited(audit, 'firing'), [
    'BatchLate',
    'Lag db-1',
    'Lag team-Z',
    'Last web-9',
    'Latency web-1',
    'Latency web-3',
    'ReportLate',
  ]);
  assert.deepEqual(await inhibited(daemon), ['web-2']);

  await post(daemon, [posted(CRITICAL, true), posted(INHIBITED)]);
  await eventually('the end is paged', () => [...pagerDuty.incidents().values()].includes('resolved'));
  await eventually(
    'what it inhibited is mailed',
    () => mailsTo(smtp, 'team-X+eu-1@example.org').length === 2,
  );
  assert.deepEqual(audited(audit, 'resolved'), ['Latency web-1']);
  assert.equal(pages(pagerDuty).length, 4);

  const wrong = `${pasted}    opsgenie_configs:\n      - api_key: 0psgenie-key\n`;
  const file = writeConfig(directory, CONFIG, wrong);
  const line = readFileSync(file, 'utf8').split('\n').indexOf('    opsgenie_configs:') + 1;
  const refusal = `${file}:${line}:5: opsgenie_configs is not supported: octowatch does not tell it`;
  const check = await octowatch(['check', 'config'], { directory });
  assert.equal(check.code, 1);
  assert.ok(check.stderr.includes(refusal), check.stderr);
  daemon.signal('SIGHUP');
  await eventually('the reload is refused', () => daemon.stderr.some((text) => text.includes(refusal)));
  await post(daemon, [posted({ ...LAST, alertname: 'AfterAll' })]);
  await eventually('what was loaded goes on', () => pages(pagerDuty).includes('A [FIRING:1] AfterAll eu-1'));
  assert.equal((await daemon.stop()).code, 0);
  assert.doesNotMatch([...daemon.stderr, check.stderr].join('\n'), /0psgenie-key|AAAA|hook-secret/);
});
