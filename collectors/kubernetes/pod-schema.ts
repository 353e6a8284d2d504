import { defineDataset } from '../../src/model/dataset.ts';
import { cluster, container, MANY, namespace, node, pod, resource, unit } from './dimensions.ts';

/** Names and labels are those of kube-state-metrics 2; of states with a label for each, only the one that holds is there. */
export const podPhaseDataset = defineDataset({
  name: 'kube_pod_phase',
  kind: 'gauge',
  help: 'Pods by phase.',
  dimensions: {
    cluster,
    namespace,
    pod,
    phase: { help: 'Pending, Running, Succeeded, Failed or Unknown.' },
  },
  metrics: {
    kube_pod_status_phase: { type: 'gauge', unit: 'none', help: 'Always 1: the phase the pod is in.' },
  },
  seriesLimit: MANY,
});

export const podConditionDataset = defineDataset({
  name: 'kube_pod_condition',
  kind: 'gauge',
  help: 'Conditions of pods that have not ended.',
  dimensions: { cluster, namespace, pod, condition: { help: 'true, false or unknown: what holds.' } },
  metrics: {
    kube_pod_status_ready: {
      type: 'gauge',
      unit: 'none',
      help: 'Always 1: whether the pod serves requests.',
    },
    kube_pod_status_scheduled: {
      type: 'gauge',
      unit: 'none',
      help: 'Always 1: whether the pod has a node.',
    },
  },
  seriesLimit: MANY,
});

export const podReasonDataset = defineDataset({
  name: 'kube_pod_reason',
  kind: 'gauge',
  help: 'Why pods are as they are.',
  dimensions: {
    cluster,
    namespace,
    pod,
    reason: { help: 'Evicted, NodeLost …; of the scheduler: insufficient_cpu, volume_limit, taint …' },
  },
  metrics: {
    kube_pod_status_reason: { type: 'gauge', unit: 'none', help: 'Always 1: the reason the pod itself has.' },
    kube_pod_status_unschedulable_reason: {
      type: 'gauge',
      unit: 'none',
      help: 'Always 1: a reason for which at least one node does not take the pod.',
    },
  },
  seriesLimit: MANY,
});

export const podDataset = defineDataset({
  name: 'kube_pod',
  kind: 'gauge',
  help: 'Pods that the scheduler has no place for.',
  dimensions: { cluster, namespace, pod },
  metrics: {
    kube_pod_status_unschedulable: {
      type: 'gauge',
      unit: 'none',
      help: 'Always 1: no node takes the pod.',
    },
  },
  seriesLimit: MANY,
});

export const containerDataset = defineDataset({
  name: 'kube_pod_container',
  kind: 'gauge',
  help: 'Containers of pods that have not ended.',
  dimensions: { cluster, namespace, pod, container },
  metrics: {
    kube_pod_container_status_restarts_total: {
      type: 'counter',
      unit: 'none',
      help: 'How often the container was started again.',
    },
    kube_pod_container_status_ready: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether the container passes its readiness probe.',
    },
    kube_pod_container_status_last_terminated_exitcode: {
      type: 'gauge',
      unit: 'none',
      help: 'Exit code of the run before this one; absent when there was none.',
    },
    kube_pod_container_status_last_terminated_timestamp: {
      type: 'gauge',
      unit: 'none',
      help: 'When the run before this one ended, s since the epoch; absent when there was none.',
    },
    kube_pod_init_container_status_restarts_total: {
      type: 'counter',
      unit: 'none',
      help: 'How often the init container was started again.',
    },
    kube_pod_init_container_status_ready: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether the init container has done its work.',
    },
    kube_pod_init_container_status_last_terminated_exitcode: {
      type: 'gauge',
      unit: 'none',
      help: 'Exit code of the run of the init container before this one; absent when there was none.',
    },
  },
  seriesLimit: MANY,
});

export const containerReasonDataset = defineDataset({
  name: 'kube_pod_container_reason',
  kind: 'gauge',
  help: 'Why containers wait, and why they ended before.',
  dimensions: {
    cluster,
    namespace,
    pod,
    container,
    reason: {
      help: 'CrashLoopBackOff, ImagePullBackOff, ErrImagePull, CreateContainerConfigError, OOMKilled …',
    },
  },
  metrics: {
    kube_pod_container_status_waiting_reason: {
      type: 'gauge',
      unit: 'none',
      help: 'Always 1: why the container waits.',
    },
    kube_pod_container_status_last_terminated_reason: {
      type: 'gauge',
      unit: 'none',
      help: 'Always 1: why the run before this one ended.',
    },
    kube_pod_init_container_status_waiting_reason: {
      type: 'gauge',
      unit: 'none',
      help: 'Always 1: why the init container waits.',
    },
    kube_pod_init_container_status_last_terminated_reason: {
      type: 'gauge',
      unit: 'none',
      help: 'Always 1: why the run of the init container before this one ended.',
    },
  },
  seriesLimit: MANY,
});

export const nodePodsDataset = defineDataset({
  name: 'kube_node_pods',
  kind: 'gauge',
  help: 'Pods by node.',
  dimensions: { cluster, node },
  metrics: {
    kube_node_pods: {
      type: 'gauge',
      unit: 'none',
      help: 'Pods of the node that have not ended; compare with kube_node_status_allocatable{resource="pods"}.',
    },
  },
  seriesLimit: MANY,
});

export const podInfoDataset = defineDataset({
  name: 'kube_pod_info',
  kind: 'gauge',
  help: 'What pods are and where they run.',
  dimensions: {
    cluster,
    namespace,
    pod,
    node,
    created_by_kind: { help: 'Kind of the controller: ReplicaSet, StatefulSet, Job …' },
    created_by_name: { help: 'Name of the controller.' },
  },
  metrics: {
    kube_pod_info: { type: 'gauge', unit: 'none', help: 'Always 1; its labels describe the pod.' },
  },
  seriesLimit: MANY,
});

export const containerResourceDataset = defineDataset({
  name: 'kube_pod_container_resource',
  kind: 'gauge',
  help: 'What containers ask for and may take.',
  dimensions: { cluster, namespace, pod, container, node, resource, unit },
  metrics: {
    kube_pod_container_resource_requests: {
      type: 'gauge',
      unit: 'none',
      help: 'What the scheduler keeps for the container, in `unit`; absent where it asks for nothing.',
    },
    kube_pod_container_resource_limits: {
      type: 'gauge',
      unit: 'none',
      help: 'What the container may take, in `unit`; absent where nothing limits it.',
    },
  },
  seriesLimit: MANY,
});
