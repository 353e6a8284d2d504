import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { startOtlpReceiver, type OtlpReceiver, type ReceivedSpan } from '../fakes/otlp-receiver.ts';
import { temporaryDirectory } from '../fakes/temporary-directory.ts';
import { startFakeWebhook } from '../fakes/webhook.ts';
import { startDaemon, type Daemon } from './daemon.ts';
import { eventually } from './eventually.ts';
import { instanceConfig, startFleet } from './fleet.ts';

const TOKEN = 'Canary7OtlpToken';
const RULES = `
groups:
  - name: everyone
    interval: 1s
    rules:
      - alert: SeenOnce
        expr: octopus_ping_up == 1
        labels: { severity: ticket }
        annotations: { summary: '{{ $labels.tenant }}: seen' }
`;

interface Scene {
  readonly daemon: Daemon;
  readonly receiver: OtlpReceiver;
  readonly apiKeys: readonly string[];
  /** The packages of OpenTelemetry that the daemon has loaded. */
  loaded(): string[];
}

/** An agent that polls two instances every second and tells a webhook of each. */
async function startScene(t: TestContext, telemetry: object | undefined): Promise<Scene> {
  const directory = temporaryDirectory();
  const receiver = await startOtlpReceiver();
  t.after(() => receiver.close());
  const webhook = await startFakeWebhook();
  t.after(() => webhook.close());
  const fleet = await startFleet(2, directory);
  t.after(() => fleet[Symbol.asyncDispose]());
  const rules = join(directory, 'rules.yml');
  writeFileSync(rules, RULES);
  const modules = join(directory, 'modules');
  writeFileSync(modules, '');
  const daemon = await startDaemon({
    directory,
    env: { NODE_OPTIONS: `--import=${listModules(modules)}` },
    config: {
      namespace: 'test',
      external_labels: { region: 'eu' },
      fleet: { instances: fleet.instances.map((instance) => instanceConfig(instance)) },
      collectors: { 'octopus-api': { interval: '1s', requests_per_minute: 6000 } },
      rules: { files: [rules] },
      route: { receiver: 'hook', group_by: ['tenant'], group_wait: '0s' },
      receivers: [{ name: 'hook', webhook_configs: [{ url: webhook.url }] }],
      ...(telemetry === undefined ? {} : { telemetry: withEndpoint(telemetry, receiver.url) }),
    },
  });
  t.after(() => daemon[Symbol.asyncDispose]());
  const apiKeys = fleet.instances.map(({ apiKey }) => apiKey);
  return { daemon, receiver, apiKeys, loaded: () => openTelemetryIn(readFileSync(modules, 'utf8')) };
}

function withEndpoint(telemetry: object, endpoint: string): object {
  const otlp = 'otlp' in telemetry ? (telemetry.otlp as object) : {};
  return { ...telemetry, otlp: { endpoint, ...otlp } };
}

/** A module that writes down the address of every module that is loaded after it. */
function listModules(file: string): string {
  const source = `import { registerHooks } from 'node:module'; import { appendFileSync } from 'node:fs';
    registerHooks({ load(url, context, next) { appendFileSync(${JSON.stringify(file)}, url + '\\n'); return next(url, context); } });`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

/** prom-client and the Elasticsearch client bring the API themselves. */
function openTelemetryIn(modules: string): string[] {
  const names = [...modules.matchAll(/@opentelemetry\/([\w-]+)\//g)].map(([, name = '']) => name);
  return [...new Set(names)].filter((name) => !['api', 'core', 'semantic-conventions'].includes(name));
}

async function counted({ url, token }: Daemon, sample: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/metrics`, { headers, signal: AbortSignal.timeout(5000) });
  const line = (await response.text()).split('\n').find((each) => each.startsWith(`${sample} `));
  return line === undefined ? 0 : Number(line.slice(sample.length + 1));
}

function arrived(receiver: OtlpReceiver, what: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan> {
  return eventually('the span arrives', () => receiver.spans.find(what));
}

for (const protocol of ['http/json', 'http/protobuf']) {
  test(`traces and metrics reach an OTLP receiver by ${protocol}`, async (t) => {
    const telemetry = {
      otlp: { protocol, headers: `Authorization: Bearer ${TOKEN}\nX-Scope-OrgID: acme` },
      metrics: { interval: '1s' },
    };
    const { daemon, receiver, apiKeys, loaded } = await startScene(t, telemetry);

    const poll = await arrived(receiver, ({ name }) => name === 'poll octopus-api/ping');
    assert.match(String(poll.attributes['tenant']), /^\w/);
    assert.equal(poll.attributes['collector'], 'octopus-api/ping');
    assert.equal(poll.attributes['points'], 1);
    assert.ok(poll.seconds >= 0 && poll.seconds < 5, `${poll.seconds} s`);
    assert.equal(poll.resource['service.name'], 'octowatch');
    assert.equal(poll.resource['deployment.environment.name'], 'test');
    assert.equal(poll.resource['region'], 'eu');

    const rules = await arrived(receiver, ({ name }) => name === 'evaluate everyone');
    assert.deepEqual(rules.attributes, { rule_group: 'everyone', rules: 1, failed: 0 });
    const notified = await arrived(receiver, ({ name }) => name === 'notify webhook');
    assert.equal(notified.attributes['receiver'], 'hook');
    assert.ok(typeof notified.attributes['tenant'] === 'string');
    const delivery = await arrived(receiver, ({ name }) => name === 'deliver bulk');
    assert.equal(delivery.attributes['delivered'], delivery.attributes['documents']);

    await eventually('metrics arrive', () => receiver.values.length > 0);
    const build = receiver.values.find(({ name }) => name === 'octowatch_build_info');
    assert.equal(build?.value, 1);
    assert.equal(build?.attributes['role'], 'standalone');
    assert.ok(
      receiver.values.some(({ name, value }) => name === 'octowatch_rule_group_seconds' && value > 0),
    );
    assert.ok(loaded().includes('sdk-trace'), 'what is loaded is seen');

    await daemon.stop();
    const polls = receiver.values.find(
      ({ name, attributes }) =>
        name === 'octowatch_polls_total' &&
        attributes['collector'] === 'octopus-api/ping' &&
        attributes['outcome'] === 'ok',
    );
    const told = receiver.spans.filter(({ name, status }) => name === poll.name && status !== 2).length;
    assert.ok(polls !== undefined && polls.value > 1);
    assert.ok(
      Math.abs(told - polls.value) <= 2,
      `${told} spans for ${polls.value} polls: the last are flushed`,
    );

    assert.equal(receiver.requests[0]?.headers.authorization, `Bearer ${TOKEN}`);
    assert.equal(receiver.requests[0]?.headers['x-scope-orgid'], 'acme');
    const sent = receiver.requests.map(({ body }) => body).join('\n');
    for (const secret of [...apiKeys, TOKEN, daemon.token])
      assert.ok(!sent.includes(secret), 'a secret is in what was sent');
  });
}

describe('a receiver that does not take it', () => {
  for (const kind of ['hang', 'reset', 'status'] as const) {
    test(`${kind}: the agent goes on, counts it, and stops in time`, async (t) => {
      const telemetry = { otlp: { timeout: '500ms' }, metrics: { interval: '1s' } };
      const { daemon, receiver } = await startScene(t, telemetry);
      receiver.fail(...Array.from({ length: 1000 }, () => ({ kind, status: 503 })));
      const failed = 'octowatch_telemetry_exports_total{signal="metrics",outcome="error"}';
      await eventually('failures are counted', async () => (await counted(daemon, failed)) > 0);
      const polls = 'octowatch_polls_total{collector="octopus-api/ping",outcome="ok"}';
      const before = await counted(daemon, polls);
      await eventually('polls go on', async () => (await counted(daemon, polls)) > before + 2);
      const warnings = daemon.stderr.filter((line) => line.includes('telemetry was not taken'));
      assert.ok(warnings.length <= 2, 'once for traces, once for metrics');
      const began = performance.now();
      assert.equal((await daemon.stop()).code, 0);
      assert.ok(performance.now() - began < 5000);
    });
  }
});

test('where it is not configured nothing of OpenTelemetry is loaded', async (t) => {
  const { loaded, receiver } = await startScene(t, undefined);
  assert.deepEqual(loaded(), []);
  assert.deepEqual(receiver.requests, []);
});
