import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { skipWithoutGo } from '../go-program.ts';
import { startControlPlane, type ControlPlane } from './control-plane.ts';
import { create, createNamespace, patch, pod, RUNNING, withContainer } from './objects.ts';
import { createPolls, find, until, type Polls } from './polls.ts';

const NAMESPACE = 'octopus-acme';
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
/** A change is in the next poll: far less than its interval, and printed. */
const SECONDS_MS = 3000;

describe('the polls over a real control plane', { skip: skipWithoutGo() }, () => {
  let plane: ControlPlane;
  let polls: Polls;

  before(async () => {
    const controllers = ['deployment-controller', 'replicaset-controller', 'resourcequota-controller'];
    plane = await startControlPlane({ controllers });
    const settings = { kubeconfig: plane.adminKubeconfig, namespace_pattern: 'octopus-(.+)' };
    polls = createPolls(settings, ['acme']);
    await createNamespace(plane.admin, NAMESPACE);
  });
  after(async () => {
    await polls.close();
    await plane.stop();
  });

  /** Whether a poll has a point of the tenant with this metric and these dimensions. */
  async function has(
    poll: string,
    metric: string,
    dimensions: Readonly<Record<string, string>>,
  ): Promise<boolean> {
    const points = find(await polls.ask(poll), metric, dimensions);
    return points.some(({ tenant }) => tenant === 'acme');
  }

  test('all polls succeed on an empty cluster', async () => {
    for (const name of polls.names) assert.equal(await polls.failure(name), undefined, name);
  });

  const states: readonly (readonly [string, object, string, Readonly<Record<string, string>>])[] = [
    ['runs', RUNNING, 'kube_pod_status_phase', { phase: 'Running' }],
    [
      'crash-loops after it was out of memory',
      withContainer({
        restartCount: 5,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 137, reason: 'OOMKilled', finishedAt: '2026-11-21T06:10:00Z' } },
      }),
      'kube_pod_container_status_last_terminated_reason',
      { reason: 'OOMKilled' },
    ],
    [
      'cannot pull its image',
      withContainer({ state: { waiting: { reason: 'ImagePullBackOff' } } }),
      'kube_pod_container_status_waiting_reason',
      { reason: 'ImagePullBackOff' },
    ],
    [
      'has no place on any node',
      {
        phase: 'Pending',
        containerStatuses: [],
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'Unschedulable',
            message: '0/3 nodes are available: 3 node(s) exceed max volume count.',
          },
        ],
      },
      'kube_pod_status_unschedulable_reason',
      { reason: 'volume_limit' },
    ],
  ];
  test('what a kubelet and a scheduler say of a pod is in the next poll', async (t) => {
    await create(plane.admin, PODS, pod('octopus-0', 'node-1'));
    for (const [what, status, metric, dimensions] of states) {
      await patch(plane.admin, `${PODS}/octopus-0/status`, { status });
      const ms = await until(what, () => has('kubernetes/pods', metric, { pod: 'octopus-0', ...dimensions }));
      t.diagnostic(`${what}: seen after ${ms.toFixed(0)} ms`);
      assert.ok(ms < SECONDS_MS);
    }
  });

  test('a rollout by the real controller, one that is stuck, and a scale to zero', async (t) => {
    const labels = { app: 'portal' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'portal', image: 'portal' }] } };
    await create(plane.admin, DEPLOYMENTS, {
      metadata: { name: 'portal' },
      spec: {
        replicas: 2,
        progressDeadlineSeconds: 3,
        minReadySeconds: 0,
        selector: { matchLabels: labels },
        template,
      },
    });
    const deployment = { deployment: 'portal' };
    await until('the controller has observed it', () =>
      has('kubernetes/workloads', 'kube_deployment_status_observed_generation', deployment),
    );
    const made = async (): Promise<boolean> => {
      const points = find(
        await polls.ask('kubernetes/workloads'),
        'kube_deployment_spec_replicas',
        deployment,
      );
      return points[0]?.values['kube_deployment_status_replicas_unavailable'] === 2;
    };
    await until('its pods are made and not available', made);
    const stuck = {
      ...deployment,
      condition: 'Progressing',
      status: 'false',
      reason: 'ProgressDeadlineExceeded',
    };
    const ms = await until('it is stuck', () =>
      has('kubernetes/workloads', 'kube_deployment_status_condition', stuck),
    );
    t.diagnostic(`stuck ${ms.toFixed(0)} ms after its pods were made (deadline 3 s)`);
    await patch(plane.admin, `${DEPLOYMENTS}/portal`, { spec: { replicas: 0 } });
    await until('it is scaled to zero', async () => {
      const points = find(
        await polls.ask('kubernetes/workloads'),
        'kube_deployment_spec_replicas',
        deployment,
      );
      const { values = {} } = points[0] ?? {};
      return (
        values['kube_deployment_spec_replicas'] === 0 &&
        values['kube_deployment_status_replicas'] === 0 &&
        values['kube_deployment_metadata_generation'] === values['kube_deployment_status_observed_generation']
      );
    });
  });

  test('a quota that the real admission counts', async () => {
    const hard = { pods: '20', 'requests.cpu': '1500m' };
    await create(plane.admin, `/api/v1/namespaces/${NAMESPACE}/resourcequotas`, {
      metadata: { name: 'tenant' },
      spec: { hard },
    });
    await until('its use is known', async () => {
      const points = await polls.ask('kubernetes/quotas');
      const [row] = find(points, 'cloud_quota_used', { quota: 'pods', resource: `${NAMESPACE}/tenant` });
      return (
        row?.tenant === 'acme' &&
        row.values['cloud_quota_limit'] === 20 &&
        row.values['cloud_quota_used'] === 1
      );
    });
    const points = await polls.ask('kubernetes/quotas');
    const [cpu] = find(points, 'kube_resourcequota', { resource: 'requests.cpu', type: 'hard' });
    assert.equal(cpu?.values['kube_resourcequota'], 1.5);
  });

  test('nodes, their pressure, and their disks', async () => {
    await create(plane.admin, '/api/v1/nodes', { metadata: { name: 'node-1' } });
    await patch(plane.admin, '/api/v1/nodes/node-1/status', {
      status: {
        capacity: { cpu: '4', memory: '16Gi', pods: '30' },
        allocatable: { cpu: '3920m', memory: '15Gi', pods: '30' },
        conditions: [{ type: 'DiskPressure', status: 'True' }],
      },
    });
    const driver = { name: 'ebs.csi.aws.com', nodeID: 'i-1', topologyKeys: null, allocatable: { count: 2 } };
    const storage = '/apis/storage.k8s.io/v1';
    await create(plane.admin, `${storage}/csinodes`, {
      metadata: { name: 'node-1' },
      spec: { drivers: [driver] },
    });
    await create(plane.admin, `${storage}/volumeattachments`, {
      metadata: { name: 'csi-1' },
      spec: { attacher: driver.name, nodeName: 'node-1', source: { persistentVolumeName: 'pv-1' } },
    });
    const disks = { node: 'node-1', driver: driver.name };
    await until('its disks are counted', async () => {
      const [row] = find(await polls.ask('kubernetes/disks'), 'kube_node_volumes_attached', disks);
      return (
        row?.values['kube_node_volumes_attached'] === 1 && row.values['kube_node_volumes_allocatable'] === 2
      );
    });
    const points = await polls.ask('kubernetes/nodes');
    assert.equal(
      find(points, 'kube_node_status_condition', { condition: 'DiskPressure', status: 'true' }).length,
      1,
    );
    const [pods] = find(await polls.ask('kubernetes/pods'), 'kube_node_pods', { node: 'node-1' });
    assert.equal(pods?.values['kube_node_pods'], 1);
  });

  test('a claim, and a warning that rises', async () => {
    await create(plane.admin, `/api/v1/namespaces/${NAMESPACE}/persistentvolumeclaims`, {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } },
    });
    const claim = { persistentvolumeclaim: 'data' };
    await until('the claim is pending', () =>
      has('kubernetes/volumes', 'kube_persistentvolumeclaim_status_phase', { ...claim, phase: 'Pending' }),
    );
    const events = `/api/v1/namespaces/${NAMESPACE}/events`;
    await create(plane.admin, events, {
      metadata: { name: 'octopus-0.1' },
      involvedObject: { kind: 'Pod', namespace: NAMESPACE, name: 'octopus-0' },
      type: 'Warning',
      reason: 'BackOff',
      message: 'Back-off restarting failed container',
      count: 1,
      lastTimestamp: new Date().toISOString(),
    });
    await until('it is told', () => has('kubernetes/events', 'message', { reason: 'BackOff' }));
    await patch(plane.admin, `${events}/octopus-0.1`, { count: 6, lastTimestamp: new Date().toISOString() });
    await until('its count has risen by five', async () => {
      const [event] = find(await polls.ask('kubernetes/events'), 'message', { reason: 'BackOff' });
      return event?.values['total'] === 6;
    });
  });
});
