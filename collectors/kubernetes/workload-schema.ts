import { defineDataset } from '../../src/model/dataset.ts';
import { cluster, MANY, namespace } from './dimensions.ts';

const deployment = { help: 'Name of the Deployment.' };
const statefulset = { help: 'Name of the StatefulSet.' };

function gauge(help: string) {
  return { type: 'gauge', unit: 'none', help } as const;
}

export const deploymentDataset = defineDataset({
  name: 'kube_deployment',
  kind: 'gauge',
  help: 'Deployments and where their rollouts stand.',
  dimensions: { cluster, namespace, deployment },
  metrics: {
    kube_deployment_spec_replicas: gauge('Pods there should be; 0 is scaled to zero on purpose.'),
    kube_deployment_spec_paused: gauge('Whether its rollout is paused.'),
    kube_deployment_metadata_generation: gauge('Number of its present specification.'),
    kube_deployment_status_observed_generation: gauge('The specification that its controller works on.'),
    kube_deployment_status_replicas: gauge('Pods there are.'),
    kube_deployment_status_replicas_ready: gauge('Pods that are ready.'),
    kube_deployment_status_replicas_available: gauge('Pods that have been ready for long enough.'),
    kube_deployment_status_replicas_unavailable: gauge('Pods that are missing or not available.'),
    kube_deployment_status_replicas_updated: gauge('Pods of its present specification.'),
  },
  seriesLimit: MANY,
});

export const deploymentConditionDataset = defineDataset({
  name: 'kube_deployment_condition',
  kind: 'gauge',
  help: 'Conditions of Deployments.',
  dimensions: {
    cluster,
    namespace,
    deployment,
    condition: { help: 'Available, Progressing or ReplicaFailure.' },
    status: { help: 'true, false or unknown: what holds.' },
    reason: { help: 'Why: ProgressDeadlineExceeded, NewReplicaSetAvailable, FailedCreate …' },
  },
  metrics: {
    kube_deployment_status_condition: gauge('Always 1: the condition has this status.'),
  },
  seriesLimit: MANY,
});

export const statefulSetDataset = defineDataset({
  name: 'kube_statefulset',
  kind: 'gauge',
  help: 'StatefulSets and where their rollouts stand.',
  dimensions: { cluster, namespace, statefulset },
  metrics: {
    kube_statefulset_replicas: gauge('Pods there should be; 0 is scaled to zero on purpose.'),
    kube_statefulset_metadata_generation: gauge('Number of its present specification.'),
    kube_statefulset_status_observed_generation: gauge('The specification that its controller works on.'),
    kube_statefulset_status_replicas: gauge('Pods there are.'),
    kube_statefulset_status_replicas_ready: gauge('Pods that are ready.'),
    kube_statefulset_status_replicas_available: gauge('Pods that have been ready for long enough.'),
    kube_statefulset_status_replicas_current: gauge('Pods of the specification before.'),
    kube_statefulset_status_replicas_updated: gauge('Pods of its present specification.'),
  },
  seriesLimit: MANY,
});
