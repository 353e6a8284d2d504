import { flagAt, numberAt, objectsAt, textAt, type KubeObject } from '../../src/kubernetes/fields.ts';
import type { Resource } from '../../src/kubernetes/resource.ts';
import type { Point } from '../../src/model/point.ts';
import type { Owned } from './clusters.ts';
import type { Question } from './poll.ts';
import { deploymentConditionDataset, deploymentDataset, statefulSetDataset } from './workload-schema.ts';

type Values = Readonly<Record<string, number | undefined>>;

interface Deployment {
  readonly values: Values;
  readonly conditions: readonly {
    readonly condition: string;
    readonly status: string;
    readonly reason: string;
  }[];
}

const deploymentResource: Resource<Deployment> = {
  name: 'deployments',
  path: '/apis/apps/v1/deployments',
  pick: pickDeployment,
};

const statefulSetResource: Resource<Values> = {
  name: 'statefulsets',
  path: '/apis/apps/v1/statefulsets',
  pick: pickStatefulSet,
};

/** Where the rollouts of Deployments and StatefulSets stand. */
export const workloadsQuestion: Question = {
  name: 'kubernetes/workloads',
  datasets: [deploymentDataset, deploymentConditionDataset, statefulSetDataset],
  async ask(cluster, context) {
    const [deployments, statefulSets] = await Promise.all([
      cluster.objects(deploymentResource, context),
      cluster.objects(statefulSetResource, context),
    ]);
    const time = context.clock.now();
    return [
      ...deployments.flatMap((each) => deploymentPoints(each, cluster.name, time)),
      ...statefulSets.map((each) => statefulSetPoint(each, cluster.name, time)),
    ];
  },
};

function pickDeployment(object: KubeObject): Deployment {
  return {
    values: {
      kube_deployment_spec_replicas: numberAt(object, 'spec', 'replicas') ?? 1,
      kube_deployment_spec_paused: Number(flagAt(object, 'spec', 'paused')),
      kube_deployment_metadata_generation: numberAt(object, 'metadata', 'generation'),
      kube_deployment_status_observed_generation: numberAt(object, 'status', 'observedGeneration'),
      kube_deployment_status_replicas: countAt(object, 'replicas'),
      kube_deployment_status_replicas_ready: countAt(object, 'readyReplicas'),
      kube_deployment_status_replicas_available: countAt(object, 'availableReplicas'),
      kube_deployment_status_replicas_unavailable: countAt(object, 'unavailableReplicas'),
      kube_deployment_status_replicas_updated: countAt(object, 'updatedReplicas'),
    },
    conditions: objectsAt(object, 'status', 'conditions').map((condition) => ({
      condition: textAt(condition, 'type') ?? '',
      status: textAt(condition, 'status')?.toLowerCase() ?? 'unknown',
      reason: textAt(condition, 'reason') ?? '',
    })),
  };
}

function pickStatefulSet(object: KubeObject): Values {
  return {
    kube_statefulset_replicas: numberAt(object, 'spec', 'replicas') ?? 1,
    kube_statefulset_metadata_generation: numberAt(object, 'metadata', 'generation'),
    kube_statefulset_status_observed_generation: numberAt(object, 'status', 'observedGeneration'),
    kube_statefulset_status_replicas: countAt(object, 'replicas'),
    kube_statefulset_status_replicas_ready: countAt(object, 'readyReplicas'),
    kube_statefulset_status_replicas_available: countAt(object, 'availableReplicas'),
    kube_statefulset_status_replicas_current: countAt(object, 'currentReplicas'),
    kube_statefulset_status_replicas_updated: countAt(object, 'updatedReplicas'),
  };
}

/** A count of the status. The API leaves zeros out, so it is not known only before any controller has looked. */
function countAt(object: KubeObject, name: string): number | undefined {
  const isObserved = numberAt(object, 'status', 'observedGeneration') !== undefined;
  return numberAt(object, 'status', name) ?? (isObserved ? 0 : undefined);
}

function deploymentPoints(
  { tenant, namespace, name, object }: Owned<Deployment>,
  cluster: string,
  time: number,
): Point[] {
  const base = { cluster, namespace, deployment: name };
  return [
    { dataset: deploymentDataset, time, tenant, dimensions: base, values: object.values },
    ...object.conditions.map((condition): Point => {
      return {
        dataset: deploymentConditionDataset,
        time,
        tenant,
        dimensions: { ...base, ...condition },
        values: { kube_deployment_status_condition: 1 },
      };
    }),
  ];
}

function statefulSetPoint(
  { tenant, namespace, name, object }: Owned<Values>,
  cluster: string,
  time: number,
): Point {
  const dimensions = { cluster, namespace, statefulset: name };
  return { dataset: statefulSetDataset, time, tenant, dimensions, values: object };
}
