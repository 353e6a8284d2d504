import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import type { PollCollector, Target } from '../../src/collect/contract.ts';
import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import { createKubernetesClients } from '../../src/kubernetes/clients.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import type { Answer, Received } from '../../test/contract/loopback-server.ts';
import { testPollContract, type Surroundings } from '../../test/contract/poll-collector-contract.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { kubeconfigOf, type FakeObject } from '../../test/fakes/kubernetes-api.ts';
import { OBJECTS, PATHS, SUMMARY, SUMMARY_PATH, type Kind } from '../../test/fakes/kubernetes-objects.ts';
import { MAPPING } from '../../test/fakes/kubernetes-world.ts';
import { createKubernetes } from './index.ts';
import { kubernetesDatasets } from './schema.ts';
import type { ClusterSettings } from './settings.ts';

const POLLS = [
  'pods',
  'pod-info',
  'nodes',
  'disks',
  'node-room',
  'workloads',
  'quotas',
  'volumes',
  'volume-stats',
  'events',
  'metrics',
];
const place = { kind: 'kubernetes', name: 'prod-1' } as const;
const globex: Target = { tenant: 'globex', info: {}, files: {}, timeZone: 'UTC' };

const directory = mkdtempSync(join(tmpdir(), 'octowatch-kubernetes-'));
after(() => rmSync(directory, { recursive: true, force: true }));

/** Lists of what the fixtures hold; a watch that says nothing. */
function answer({ path, query }: Received): Answer | undefined {
  if (query.has('watch')) return { hang: 'at_once' };
  if (path === SUMMARY_PATH) return { json: SUMMARY };
  const [name] = Object.entries(PATHS).find(([, each]) => each === path) ?? [];
  if (name === undefined) return undefined;
  const items = OBJECTS[name as Kind].map((object, i) => versioned(object, 101 + i));
  return { json: { metadata: { resourceVersion: '200' }, items } };
}

function versioned(object: FakeObject, version: number): object {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
}

function create(name: string, { url, clock, metrics }: Surroundings): PollCollector {
  const kubeconfig = join(directory, `${name.replace('/', '-')}-${new URL(url).port}`);
  writeFileSync(kubeconfig, kubeconfigOf(url));
  const clusters: readonly ClusterSettings[] = [{ name: 'prod-1', kubeconfig, ...MAPPING }];
  const { log } = recordedLog();
  const polls = createKubernetes({
    clock,
    metrics,
    log,
    random: () => 0,
    kubernetes: createKubernetesClients({ clock, clusters: () => clusters }),
    settings: () => ({ kubernetes: { clusters } }),
  });
  const poll = polls.find((each) => each.name === name);
  assert.ok(poll);
  return poll;
}

for (const poll of POLLS) {
  const name = `kubernetes/${poll}`;
  testPollContract({
    name,
    place,
    answer,
    fleet: [globex],
    create: (around) => create(name, around),
    golden: new URL(`fixtures/golden/${poll}.json`, import.meta.url),
  });
}

test('the polls yield the declared datasets, no more and no fewer', () => {
  const { log } = recordedLog();
  const clock = new VirtualClock();
  const settings = () => ({ kubernetes: { clusters: [] } });
  const kubernetes = createKubernetesClients({ clock, clusters: () => [] });
  const polls = createKubernetes({ clock, metrics: NO_METRICS, log, random: () => 0, kubernetes, settings });
  const yielded = new Set(polls.flatMap(({ datasets }) => datasets));
  assert.deepEqual(yielded, new Set([...kubernetesDatasets, quotaDataset]));
});
