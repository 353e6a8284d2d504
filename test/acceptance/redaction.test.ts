import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { startFakeElasticsearch, type FakeElasticsearch } from '../fakes/elasticsearch.ts';
import { temporaryDirectory } from '../fakes/temporary-directory.ts';
import { startDaemon, type Daemon } from './daemon.ts';
import { eventually } from './eventually.ts';
import { CANARY, canariesIn, inLots, LISTED, NAMES } from './redaction/canaries.ts';
import { writePlantedLogs } from './redaction/planted-logs.ts';
import { startPlantedOctopus } from './redaction/planted-octopus.ts';
import { startQuotingReceiver, type QuotingReceiver } from './redaction/quoting-receiver.ts';
import { databaseText, storedText } from './redaction/stored-text.ts';

const LONG_MS = 40_000;
const PATHS = [
  '/',
  '/metrics',
  '/metrics?fleet=1',
  '/api/v1/query?query=%7B__name__%3D~%22.%2B%22%7D',
  '/internal/ledger',
  '/internal/spool',
  '/internal/dead-letters?limit=500',
];

/** Texts of alerts are made of what was read, and one of a secret that somebody wrote into a rule. */
const RULES = `
groups:
  - name: planted
    interval: 1s
    rules:
      - alert: Waits
        expr: octopus_tasks_queued > 0
        labels: { severity: page, typed: '{{ $labels.name }}' }
        annotations: &texts
          summary: '{{ $labels.tenant }}: {{ $labels.name }} waits'
          action: 'Log in with token={{ $labels.name }} Password="{{ $labels.customer }} {{ $value }}"'
          runbook_url: 'https://bob:${CANARY}@wiki.example/{{ $labels.name }}'
          remedy: octopus-task-cancel
      - alert: Node
        expr: octopus_node_running_tasks > 0
        labels: { severity: page }
        annotations: { summary: '{{ $labels.tenant }}: {{ $labels.node }} is busy', action: '{{ $labels }}' }
      - alert: Told
        expr: octopus_instance_info
        labels: { severity: page }
        annotations: { summary: '{{ $labels.tenant }}: {{ $labels.version }} {{ $labels.customer }}', action: '{{ $labels }}' }
`;

interface Scene {
  readonly daemon: Daemon;
  readonly receiver: QuotingReceiver;
}

async function page({ url, token }: Daemon, path: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}${path}`, { headers, signal: AbortSignal.timeout(10_000) });
  assert.equal(response.status, 200, path);
  return response.text();
}

/** A tenant for each kind of log: of two that report the same, only one would be believed. */
function tailedOnly(directory: string): object[] {
  return Object.entries(writePlantedLogs(directory)).map(([collector, files]) => ({
    tenant: `only-${collector}`,
    files: { [collector]: files },
  }));
}

async function openScene(t: TestContext, elasticsearch?: FakeElasticsearch): Promise<Scene> {
  const directory = temporaryDirectory();
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'values'), LISTED.join('\n'));
  writeFileSync(join(directory, 'rules.yml'), RULES);
  const octopus = await startPlantedOctopus();
  const receiver = await startQuotingReceiver();
  t.after(() => Promise.all([octopus.close(), receiver.close()]));
  const beginning = { read_from: 'beginning' };
  const instance = { api_key: 'API-0123456789ABCDEF', info: { customer: NAMES[0], region: LISTED[2] } };
  const daemon = await startDaemon({
    directory,
    config: {
      fleet: { instances: [{ tenant: 'acme', url: octopus.url, ...instance }, ...tailedOnly(directory)] },
      collectors: {
        'octopus-api': { interval: '1s', requests_per_minute: 6000 },
        'octopus-server-log': beginning,
        'octopus-web-log': beginning,
        'otlp-trace': beginning,
        'legacy-metrics': beginning,
      },
      ...(elasticsearch === undefined
        ? {}
        : { store: { elasticsearch: { nodes: [elasticsearch.url], time_series: false } } }),
      rules: { files: [join(directory, 'rules.yml')] },
      redact: { values_file: 'values' },
      route: { receiver: 'all', group_by: ['alertname', 'tenant'], group_wait: '0s', group_interval: '1s' },
      receivers: [
        {
          name: 'all',
          pagerduty_configs: [{ routing_key: 'R'.repeat(32), url: receiver.url }],
          slack_configs: [
            {
              channel: 'C0ONCALL',
              bot_token: ['xoxb', 'fake', 'bot'].join('-'),
              api_url: `${receiver.url}/`,
            },
          ],
          webhook_configs: [{ url: `${receiver.url}/hook` }],
          console_configs: [{}],
        },
      ],
    },
  });
  t.after(() => daemon[Symbol.asyncDispose]());
  return { daemon, receiver };
}

function assertClean(place: string, text: string): void {
  assert.deepEqual(canariesIn(text), [], `secrets in ${place}`);
}

async function toldAll({ bodies }: QuotingReceiver): Promise<void> {
  for (const path of ['/v2/enqueue', '/hook', '/chat.postMessage']) {
    await eventually(`${path} is told`, () => (bodies.get(path) ?? []).length > 3, LONG_MS);
  }
}

async function assertPlacesClean({ daemon, receiver }: Scene): Promise<void> {
  for (const path of PATHS) assertClean(path, await page(daemon, path));
  for (const [path, bodies] of receiver.bodies) assertClean(path, bodies.join('\n'));
  const { files, frames } = await storedText(daemon.dataDirectory);
  assert.ok(frames > 0, 'the spool has frames');
  for (const [name, text] of files) assertClean(name, text);
  await daemon.stop();
  for (const [name, text] of (await storedText(daemon.dataDirectory)).files) assertClean(name, text);
  assertClean('journal.db', databaseText(join(daemon.dataDirectory, 'journal.db')));
  assertClean('the log', daemon.stderr.join('\n'));
  assertClean('stdout', daemon.stdout.join('\n'));
}

/** What must have happened for the places to mean something. */
function assertPlanted({ daemon, receiver }: Scene): void {
  const told = [...receiver.bodies.values()].flat().join('\n');
  assert.match(told, /Deploy API-\*\*\*/);
  assert.match(told, /https:\/\/bob:\*\*\*@wiki/);
  assert.match(told, /Password=.{0,4}\*\*\*/);
  assert.ok(daemon.stdout.some((line) => line.startsWith('PAGE acme: ')));
  assert.ok(daemon.stderr.some((line) => line.includes('notification failed') && line.includes('***')));
}

test('no secret reaches Elasticsearch, a file, a page, a receiver, a metric or the log', async (t) => {
  const elasticsearch = await startFakeElasticsearch();
  t.after(() => elasticsearch.close());
  for (const known of inLots(4, ' ').slice(0, 20)) {
    const reason = (index: number, document: string): string =>
      `${known} is in ${document.slice(0, 300)}${index}`;
    elasticsearch.next({ kind: 'items', status: (index) => (index === 0 ? 400 : undefined), reason });
  }
  const scene = await openScene(t, elasticsearch);
  const { daemon, receiver } = scene;
  const documents = (): Map<string, unknown[]> =>
    new Map([...elasticsearch.api.documents()].map(([stream, all]) => [stream, [...all.values()]]));
  const settled = async (): Promise<boolean> =>
    /"pending":0\b/.test(await page(daemon, '/internal/ledger')) && documents().size > 10;
  await toldAll(receiver);
  await eventually('all is delivered', settled, LONG_MS);
  assertPlanted(scene);
  for (const [stream, all] of documents()) assertClean(stream, JSON.stringify(all));
  for (const stream of ['log_event', 'task', 'web_request', 'node', 'instance']) {
    const found = [...documents()]
      .filter(([name]) => name.includes(`octopus.${stream}-`))
      .flatMap(([, all]) => all);
    assert.match(JSON.stringify(found), /\*\*\*/, stream);
  }
  const letters = await page(daemon, '/internal/dead-letters?limit=500');
  assert.match(letters, /\*\*\*.* is in \{/, 'a dead letter tells its reason');
  assert.match(await page(daemon, '/metrics'), /octowatch_redactions_total\{shape="listed"\} [1-9]/);
  await assertPlacesClean(scene);
});

test('no secret reaches the embedded store', async (t) => {
  const scene = await openScene(t);
  const { daemon, receiver } = scene;
  await toldAll(receiver);
  const settled = async (): Promise<boolean> => /"pending":0\b/.test(await page(daemon, '/internal/ledger'));
  await eventually('all is delivered', settled, LONG_MS);
  assertPlanted(scene);
  await assertPlacesClean(scene);
  const stored = databaseText(join(daemon.dataDirectory, 'store.db'));
  assert.match(stored, /\*\*\*/);
  assertClean('store.db', stored);
});
