import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { temporaryDirectory } from '../fakes/temporary-directory.ts';
import { startFakeWebhook, type FakeWebhook } from '../fakes/webhook.ts';
import { startDaemon, type Daemon } from './daemon.ts';
import { eventually } from './eventually.ts';
import { startFleet } from './fleet.ts';
import { metricsOf, query } from './metrics.ts';

const LONG_MS = 60_000;
const RULES = `groups:
  - name: acceptance
    rules:
      - alert: Down
        expr: octopus_ping_up == 0
        for: 1s
        labels: { severity: page }
        annotations: { summary: '{{ $labels.tenant }}: down', action: Look., runbook_url: https://example.com/down }
`;

interface Scene {
  readonly daemon: Daemon;
  readonly file: string;
  start(): Promise<Daemon>;
  readonly webhook: FakeWebhook;
  readonly simulator: Simulator;
  /** Replaces the list, as a program that writes it should. */
  write(text: string): void;
  /** Instances of the simulator as the file names them. */
  list(...entries: readonly (readonly [number, object?])[]): string;
}

async function watched(t: TestContext): Promise<Scene> {
  const directory = temporaryDirectory();
  const simulator = await startFleet(3, directory);
  t.after(() => simulator.close());
  const webhook = await startFakeWebhook();
  t.after(() => webhook.close());
  const file = join(directory, 'fleet.yml');
  writeFileSync(join(directory, 'rules.yml'), RULES);
  mkdirSync(join(directory, 'keys'));
  const write = (text: string): void => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  const list: Scene['list'] = (...entries) =>
    JSON.stringify(
      entries.map(([index, changes = {}]) => {
        const instance = simulator.instances[index];
        assert.ok(instance);
        writeFileSync(join(directory, 'keys', `t${index}`), `${instance.apiKey}\n`);
        return { tenant: `t${index}`, url: instance.url, ...changes };
      }),
    );
  write(list([0]));
  const instance = { api_key_file: 'keys/{tenant}' };
  const config = {
    fleet: { discovery: [{ name: 'list', file: { path: 'fleet.yml' }, interval: '5m', instance }] },
    collectors: { 'octopus-api': { interval: '1s', requests_per_minute: 6000 } },
    rules: { files: [join(directory, 'rules.yml')], interval: '1s' },
    route: { receiver: 'hook', group_wait: '0s', group_interval: '1s' },
    receivers: [{ name: 'hook', webhook_configs: [{ url: webhook.url }] }],
  };
  const start = async (): Promise<Daemon> => {
    const daemon = await startDaemon({ directory, config });
    t.after(() => daemon[Symbol.asyncDispose]());
    return daemon;
  };
  return { daemon: await start(), file, start, webhook, simulator, write, list };
}

/** What was told of a tenant, in order: `firing`, `resolved`. */
function told({ webhook }: Scene, tenant: string): unknown[] {
  return webhook.deliveries
    .map(({ body }) => body as { status: string; commonLabels: Record<string, string> })
    .filter(({ commonLabels }) => commonLabels['tenant'] === tenant)
    .map(({ status }) => status);
}

async function pinged({ daemon }: Pick<Scene, 'daemon'>): Promise<readonly string[]> {
  return [...(await query(daemon.url, 'octopus_ping_up')).keys()].toSorted();
}

async function page({ daemon }: Scene): Promise<string> {
  return (await fetch(daemon.url, { signal: AbortSignal.timeout(5000) })).text();
}

test('tenants of a file appear, are polled, vanish with their alerts, and fall asleep without one', async (t) => {
  const scene = await watched(t);
  const { daemon, write, list } = scene;
  const dead = { url: 'http://127.0.0.1:9' };
  await eventually('the first is polled', async () => (await pinged(scene)).join() === 't0', LONG_MS);

  write(list([0], [1, dead], [2]));
  await eventually('the others too', async () => (await pinged(scene)).join() === 't0,t1,t2', LONG_MS);
  await eventually('t1 is down', () => told(scene, 't1').join() === 'firing', LONG_MS);

  write(list([0], [2, { ...dead, asleep: true }]));
  await eventually('t1 is gone', () => told(scene, 't1').join() === 'firing,resolved', LONG_MS);
  await eventually('t2 is not asked', async () => (await pinged(scene)).join() === 't0', LONG_MS);
  const asleep = await eventually('it sleeps', async () => {
    const states = await query(daemon.url, 'octopus_instance_asleep');
    return states.get('t2') === 1 && states;
  });
  assert.deepEqual([asleep.size, asleep.get('t0')], [2, 0]);
  assert.match(await page(scene), /1 of 2 tenants healthy, 1 asleep/);

  write('- tenant: t0\n- {tenant: broken, url: "htt');
  await eventually('the bad file is told', () =>
    daemon.stderr.some((line) => /fleet\.yml:2:\d+: /.test(line)),
  );
  const own = await metricsOf(daemon.url);
  assert.equal(own.get('octowatch_fleet_instances{discovery="list"}'), 2);
  assert.equal(own.get('octowatch_fleet_discoveries_total{discovery="list",outcome="invalid"}'), 1);
  assert.deepEqual(await pinged(scene), ['t0']);

  write(list([0], [2]));
  await eventually('t2 wakes up', async () => (await pinged(scene)).join() === 't0,t2', LONG_MS);
  assert.deepEqual([told(scene, 't0'), told(scene, 't2')], [[], []], 'nobody was told of those who are well');
  assert.equal((await daemon.stop()).code, 0);
});

test('a restart while the list is away forgets nobody and resolves nothing', async (t) => {
  const scene = await watched(t);
  const { write, list } = scene;
  write(list([0], [1, { url: 'http://127.0.0.1:9' }]));
  await eventually('t1 is down', () => told(scene, 't1').join() === 'firing', LONG_MS);
  await scene.daemon.stop();
  rmSync(scene.file);
  const daemon = await scene.start();
  await eventually('both are polled', async () => (await pinged({ daemon })).join() === 't0,t1', LONG_MS);
  await eventually('t0 with its key', async () => {
    const works = await query(daemon.url, 'octowatch_poll_success{collector="octopus-api/health"}');
    return works.get('t0') === 1;
  });
  const down = await query(daemon.url, 'ALERTS{alertname="Down", alertstate="firing"}');
  assert.deepEqual([...down.keys()], ['t1']);
  assert.deepEqual(told(scene, 't1'), ['firing']);
  const log = [...scene.daemon.stderr, ...daemon.stderr].join('\n');
  assert.match(log, /a discovery failed: its last list is kept/);
  for (const { apiKey } of scene.simulator.instances) assert.ok(!log.includes(apiKey), 'no key in the log');
  assert.equal((await daemon.stop()).code, 0);
});
