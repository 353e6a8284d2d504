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
  const directory = temporaryDirectory(t);
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

test('nor about what collect prints of each collector that can be polled here', { skip }, async (t) => {
  const directory = temporaryDirectory(t);
  const fleet = await startFleet(2, directory);
  t.after(() => fleet.close());
  const { kubeconfig } = await startFakeKubernetes(t);
  const { url: azure } = await startFakeAzure(t);
  const instances = fleet.instances.map((instance) => instanceConfig(instance));
  await using daemon = await startDaemon({
    directory,
    config: { fleet: { instances }, rules: { files: ['pack:self'] } },
  });
  const config = writeConfig(join(directory, 'collect'), {
    fleet: { instances },
    collectors: {
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
      host: { enabled: true },
      kubernetes: { clusters: [{ name: 'fake', kubeconfig }] },
      prometheus: { targets: [{ name: 'agent', url: `${daemon.url}/metrics` }] },
    },
  });
  const run = (...args: string[]) => octowatch(['collect', ...args, '-c', config], { directory });
  const listed = (await run('-o', 'json')).stdout.split('\n').map((line): Listed => JSON.parse(line));
  const there = listed.filter(({ every, there: count }) => every !== 'files' && count !== 0);
  const folders = [...new Set(there.map(({ collector }) => collector.split('/')[0] ?? ''))];
  assert.ok(folders.includes('octopus-api') && folders.includes('prometheus'), folders.join());
  for (const folder of folders) {
    const { stdout, stderr } = await run(folder, '--once', '--url', daemon.url);
    const page = stdout === '' ? '' : `${stdout}\n`;
    const { code, stdout: said, stderr: saidToo } = await promtool(['check', 'metrics'], page);
    assert.deepEqual([folder, code, said, saidToo], [folder, 0, '', ''], stderr);
    t.diagnostic(
      `${folder}: ${page.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length} samples`,
    );
  }
});

/** A line of `octowatch collect -o json`. */
interface Listed {
  readonly collector: string;
  readonly every: string;
  readonly there?: number;
}
