import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Discoverer } from '../../../src/fleet/discoverer.ts';
import type { InstanceTemplate } from '../../../src/fleet/found-instance.ts';
import type { FoundInstance } from '../../../src/fleet/instance.ts';
import { createKubernetesDiscoverer } from '../../../src/fleet/kubernetes-discoverer.ts';
import { createKubernetesClient, type KubernetesClient } from '../../../src/kubernetes/client.ts';
import { NO_METRICS } from '../../../src/model/self-metrics.ts';
import { systemClock } from '../../../src/system/system-clock.ts';
import { eventually } from '../../acceptance/eventually.ts';
import { silentLog } from '../../fakes/silent-log.ts';
import { skipWithoutGo } from '../go-program.ts';
import { startControlPlane, type ControlPlane } from './control-plane.ts';
import { create, createNamespace, patch, remove } from './objects.ts';
import { grant } from './role.ts';

const STATEFULSETS = '/apis/apps/v1/namespaces/octopus/statefulsets';
const PODS = '/api/v1/namespaces/octopus/pods';
const CONTAINERS = [{ name: 'octopus', image: 'octopusdeploy/octopusdeploy' }];

const TEMPLATE: InstanceTemplate = {
  tenant: '{label.tenant}',
  url: 'https://{name}.example.com',
  apiKeyFile: '/keys/{tenant}',
  info: { node: '{node}', plan: '{annotation.example.com/plan}' },
  files: {},
  timeZone: 'UTC',
};

/** A workload as an operator writes it. */
function statefulSet(tenant: string, replicas: number): object {
  const labels = { app: 'octopus-server', tenant };
  const metadata = { name: `octopus-${tenant}`, labels, annotations: { 'example.com/plan': 'gold' } };
  const template = { metadata: { labels }, spec: { containers: CONTAINERS } };
  const selector = { matchLabels: { tenant } };
  return { metadata, spec: { replicas, serviceName: tenant, selector, template } };
}

describe('discovery in a real cluster', { skip: skipWithoutGo() }, () => {
  let plane: ControlPlane;
  let agent: KubernetesClient;

  let discoverer: Discoverer;

  before(async () => {
    plane = await startControlPlane();
    agent = createKubernetesClient({
      cluster: 'prod',
      access: { kubeconfig: plane.agentKubeconfig },
      clock: systemClock,
    });
    discoverer = createKubernetesDiscoverer({
      clock: systemClock,
      random: Math.random,
      log: silentLog,
      metrics: NO_METRICS,
      name: 'prod',
      settings: '',
      intervalMs: 60_000,
      timeoutMs: 10_000,
      cluster: 'prod',
      selection: { kind: 'statefulsets', namespace: 'octopus', labelSelector: 'app=octopus-server' },
      template: TEMPLATE,
      client: () => agent,
    });
    await createNamespace(plane.admin, 'octopus');
  });
  after(async () => {
    await discoverer?.close?.();
    await agent?.close();
    await plane?.stop();
  });

  async function list(): Promise<readonly FoundInstance[]> {
    return (await discoverer.list(AbortSignal.timeout(10_000))).instances;
  }

  test('says which permission is missing, and needs no more than list and watch of two kinds', async () => {
    await assert.rejects(list(), { reason: 'forbidden', message: /statefulsets/ });
    await grant(plane.admin, {
      kind: 'ClusterRole',
      metadata: { name: 'octowatch-discovery' },
      rules: [
        { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['list', 'watch'] },
        { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
      ],
    });
    let found: readonly FoundInstance[] | undefined;
    for (let left = 40; found === undefined && left > 0; left--)
      found = await list().catch(
        () => new Promise<undefined>((resolve) => setTimeout(resolve, 250, undefined)),
      );
    assert.deepEqual(found, []);
  });

  test('instances come, fall asleep when scaled to zero, wake up and go', async () => {
    await create(plane.admin, STATEFULSETS, statefulSet('acme', 1));
    await create(plane.admin, STATEFULSETS, statefulSet('globex', 1));
    const labels = { app: 'octopus-server', tenant: 'acme' };
    const spec = { containers: CONTAINERS, nodeName: 'node-7' };
    await create(plane.admin, PODS, { metadata: { name: 'octopus-acme-0', labels }, spec });
    const [acme, globex] = await eventually('both are there', async () => {
      const found = await list();
      return found.length === 2 && 'node' in (found[0]?.info ?? {}) && found;
    });
    assert.deepEqual(acme, {
      tenant: 'acme',
      url: 'https://octopus-acme.example.com',
      apiKeyFile: '/keys/acme',
      info: { node: 'node-7', plan: 'gold' },
      files: {},
      timeZone: 'UTC',
      asleep: false,
    });
    assert.deepEqual([globex?.tenant, globex?.info], ['globex', { plan: 'gold' }]);

    const becomes = (states: readonly (readonly [string, boolean])[]): Promise<boolean> =>
      eventually(JSON.stringify(states), async () => {
        const found = (await list()).map(({ tenant, asleep }) => [tenant, asleep]);
        return JSON.stringify(found) === JSON.stringify(states);
      });
    await patch(plane.admin, `${STATEFULSETS}/octopus-acme/scale`, { spec: { replicas: 0 } });
    await becomes([
      ['acme', true],
      ['globex', false],
    ]);
    await patch(plane.admin, `${STATEFULSETS}/octopus-acme/scale`, { spec: { replicas: 2 } });
    await becomes([
      ['acme', false],
      ['globex', false],
    ]);
    await remove(plane.admin, `${STATEFULSETS}/octopus-globex`);
    await becomes([['acme', false]]);
  });
});
