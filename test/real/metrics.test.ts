import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { datasets } from '../../collectors/index.ts';
import { metricsOf } from '../../src/model/dataset.ts';
import { SELF_METRICS, type SelfMetric } from '../../src/model/self-metrics.ts';
import { knownMetrics, type KnownMetric } from '../../src/ruler/known-metrics.ts';
import { octowatch } from '../acceptance/command-line.ts';
import { startDaemon, writeConfig } from '../acceptance/daemon.ts';
import { eventually } from '../acceptance/eventually.ts';
import { instanceConfig, startFleet } from '../acceptance/fleet.ts';
import { AZURE_SUBSCRIPTION } from '../fakes/azure-resources.ts';
import { AZURE_PRINCIPAL, startFakeAzure } from '../fakes/azure.ts';
import { startFakeKubernetes } from '../fakes/kubernetes-api.ts';
import { fillCluster } from '../fakes/kubernetes-objects.ts';
import { MAPPING } from '../fakes/kubernetes-world.ts';
import { temporaryDirectory } from '../fakes/temporary-directory.ts';
import { skipWithoutGo } from './go-program.ts';
import { promtool } from './promtool.ts';

const skip = skipWithoutGo();
const HELP: ReadonlyMap<string, string> = new Map([
  ...datasets.flatMap(metricsOf).map(({ name, help }) => [name, help] as const),
  ...Object.entries<SelfMetric>(SELF_METRICS).map(([name, { help }]) => [name, help] as const),
]);

async function assertNothingToSay(text: string): Promise<void> {
  const { code, stdout, stderr } = await promtool(['check', 'metrics'], text);
  assert.deepEqual([code, stdout, stderr], [0, '', '']);
}

async function get(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
  assert.equal(response.status, 200);
  return response.text();
}

function exposed({ name, type, labels }: KnownMetric): string {
  const series = (suffix: string, ...own: readonly string[]): string =>
    `${name}${suffix}{${[...labels.map((label) => `${label}="x"`), ...own].join(',')}} 1\n`;
  const samples =
    type === 'histogram' ? series('_bucket', 'le="+Inf"') + series('_sum') + series('_count') : series('');
  return `# HELP ${name} ${HELP.get(name) ?? ''}\n# TYPE ${name} ${type}\n${samples}`;
}

test('promtool has nothing to say about any metric there is', { skip }, async () => {
  const metrics = [...knownMetrics(datasets).values()];
  assert.ok(metrics.length > 50);
  await assertNothingToSay(metrics.map(exposed).join(''));
});

test('nor about what an agent shows, of itself and of its fleet', { skip }, async (t) => {
  const directory = temporaryDirectory();
  const fleet = await startFleet(3, directory);
  t.after(() => fleet.close());
  await using daemon = await startDaemon({
    directory,
    config: {
      fleet: { instances: fleet.instances.map((instance) => instanceConfig(instance)) },
      // No recording rules: promtool wants no colon in a name, which theirs have as they should.
      rules: { files: ['pack:self'] },
    },
  });
  const ofFleet = await eventually('the fleet has metrics', async () => {
    const text = await get(`${daemon.url}/metrics?fleet=1`);
    return text.includes('octopus_ping_up{') && text;
  });
  await assertNothingToSay(ofFleet);
  await assertNothingToSay(await get(`${daemon.url}/metrics`));
});

/** Asked elsewhere: AWS of moto, in `aws/collect.test.ts`. */
const ASKED_ELSEWHERE: ReadonlySet<string> = new Set(['aws']);
/** Compares minutes, which one poll has none of. */
const SILENT_AT_FIRST: ReadonlySet<string> = new Set(['neighbours']);
/** What an agent must have read before that which is derived can be. */
const READ = ['cloud_quota_limit{', 'kube_pod_info{', 'kube_node_status_capacity{', 'octopus_ping_up{'];

test('nor about what collect prints of each collector', { skip }, async (t) => {
  const directory = temporaryDirectory();
  const simulated = await startFleet(2, directory);
  t.after(() => simulated.close());
  const cluster = await startFakeKubernetes(t);
  fillCluster(cluster);
  const { url: azure } = await startFakeAzure(t);
  const tenants = ['acme', 'globex'];
  const fleet = {
    instances: simulated.instances.map((instance, i) => instanceConfig(instance, { tenant: tenants[i] })),
  };
  const collectors = {
    azure: {
      subscriptions: [
        {
          name: 'fake',
          subscription_id: AZURE_SUBSCRIPTION,
          locations: ['westeurope'],
          ...AZURE_PRINCIPAL,
          endpoint: azure,
          authority: azure,
        },
      ],
    },
    cost: { prices: { vcpu_hour: 0.04, gib_hour: 0.005, storage_gib_month: 0.1, overhead_month: 100 } },
    host: { enabled: true },
    kubernetes: { clusters: [{ name: 'fake', kubeconfig: cluster.kubeconfig, ...MAPPING }] },
    probe: { targets: [{ name: 'portal', module: 'http', url: simulated.instances[0]?.url }] },
  };
  await using daemon = await startDaemon({
    directory,
    config: { fleet, collectors, rules: { files: ['pack:self'] } },
  });
  await eventually('the agent has read what others derive from', async () => {
    const page = await get(`${daemon.url}/metrics?fleet=1`);
    return READ.every((series) => page.includes(series));
  });
  const scraping = { prometheus: { targets: [{ name: 'agent', url: `${daemon.url}/metrics` }] } };
  const config = writeConfig(join(directory, 'collect'), {
    fleet,
    collectors: { ...collectors, ...scraping },
  });
  const run = (...args: string[]) => octowatch(['collect', ...args, '-c', config], { directory });
  const listed = (await run('-o', 'json')).stdout.split('\n').map((line): Listed => JSON.parse(line));
  const polled = listed
    .filter(({ every }) => every !== 'files')
    .map(({ collector }) => collector.split('/')[0] ?? '');
  for (const folder of new Set(polled).difference(ASKED_ELSEWHERE)) {
    const { stdout, stderr } = await run(folder, '--once', '--url', daemon.url);
    const { code, stdout: said, stderr: saidToo } = await promtool(['check', 'metrics'], `${stdout}\n`);
    assert.deepEqual([folder, code, said, saidToo], [folder, 0, '', ''], stderr);
    const samples = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
    assert.ok(samples > 0 || SILENT_AT_FIRST.has(folder), `${folder} printed nothing: ${stderr}`);
    t.diagnostic(`${folder}: ${samples} samples`);
  }
});

/** A line of `octowatch collect -o json`. */
interface Listed {
  readonly collector: string;
  readonly every: string;
}
