import { defineDataset } from '../../src/model/dataset.ts';
import { cluster, container, MANY, namespace, node, pod, resource, unit } from './dimensions.ts';
import { eventDataset } from './event-schema.ts';
import {
  containerDataset,
  containerReasonDataset,
  containerResourceDataset,
  nodePodsDataset,
  podConditionDataset,
  podDataset,
  podInfoDataset,
  podPhaseDataset,
  podReasonDataset,
} from './pod-schema.ts';
import { deploymentConditionDataset, deploymentDataset, statefulSetDataset } from './workload-schema.ts';

const persistentvolumeclaim = { help: 'Name of the claim.' };

export const nodeDataset = defineDataset({
  name: 'kube_node',
  kind: 'gauge',
  help: 'Nodes of a cluster.',
  dimensions: { cluster, node },
  metrics: {
    kube_node_spec_unschedulable: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether the node is cordoned: it takes no new pods.',
    },
  },
  seriesLimit: MANY,
});

export const nodeConditionDataset = defineDataset({
  name: 'kube_node_condition',
  kind: 'gauge',
  help: 'Conditions of nodes.',
  dimensions: {
    cluster,
    node,
    condition: { help: 'Ready, MemoryPressure, DiskPressure, PIDPressure, NetworkUnavailable …' },
    status: { help: 'true, false or unknown: what holds.' },
  },
  metrics: {
    kube_node_status_condition: {
      type: 'gauge',
      unit: 'none',
      help: 'Always 1: the condition has this status.',
    },
  },
  seriesLimit: MANY,
});

export const nodeResourceDataset = defineDataset({
  name: 'kube_node_resource',
  kind: 'gauge',
  help: 'What nodes have.',
  dimensions: { cluster, node, resource, unit },
  metrics: {
    kube_node_status_capacity: { type: 'gauge', unit: 'none', help: 'What the node has, in `unit`.' },
    kube_node_status_allocatable: {
      type: 'gauge',
      unit: 'none',
      help: 'What pods may have of the node, in `unit`.',
    },
  },
  seriesLimit: MANY,
});

export const nodeVolumesDataset = defineDataset({
  name: 'kube_node_volumes',
  kind: 'gauge',
  help: 'Disks of nodes by CSI driver.',
  dimensions: { cluster, node, driver: { help: 'CSI driver: ebs.csi.aws.com, disk.csi.azure.com …' } },
  metrics: {
    kube_node_volumes_allocatable: {
      type: 'gauge',
      unit: 'none',
      help: 'Volumes of the driver that the node takes; absent where the driver names no limit.',
    },
    kube_node_volumes_attached: {
      type: 'gauge',
      unit: 'none',
      help: 'Volumes of the driver that are attached to the node, or are being attached.',
    },
  },
  seriesLimit: MANY,
});

export const resourceQuotaDataset = defineDataset({
  name: 'kube_resourcequota',
  kind: 'gauge',
  help: 'Quotas of namespaces.',
  dimensions: {
    cluster,
    namespace,
    resourcequota: { help: 'Name of the quota.' },
    resource: { help: 'What is limited: requests.cpu, limits.memory, pods, persistentvolumeclaims …' },
    type: { help: 'hard (the limit) or used.' },
  },
  metrics: {
    kube_resourcequota: { type: 'gauge', unit: 'none', help: 'Limit and use; cores, bytes or objects.' },
  },
  seriesLimit: MANY,
});

export const claimPhaseDataset = defineDataset({
  name: 'kube_pvc_phase',
  kind: 'gauge',
  help: 'Claims of persistent volumes by phase.',
  dimensions: { cluster, namespace, persistentvolumeclaim, phase: { help: 'Pending, Bound or Lost.' } },
  metrics: {
    kube_persistentvolumeclaim_status_phase: {
      type: 'gauge',
      unit: 'none',
      help: 'Always 1: the phase the claim is in.',
    },
  },
  seriesLimit: MANY,
});

export const claimDataset = defineDataset({
  name: 'kube_pvc',
  kind: 'gauge',
  help: 'Claims of persistent volumes.',
  dimensions: { cluster, namespace, persistentvolumeclaim },
  metrics: {
    kube_persistentvolumeclaim_resource_requests_storage_bytes: {
      type: 'gauge',
      unit: 'bytes',
      help: 'Storage that the claim asks for.',
    },
  },
  seriesLimit: MANY,
});

export const volumeStatsDataset = defineDataset({
  name: 'kubelet_volume',
  kind: 'gauge',
  help: 'How full mounted volumes are, as the kubelets see it.',
  dimensions: { cluster, namespace, persistentvolumeclaim },
  metrics: {
    kubelet_volume_stats_capacity_bytes: { type: 'gauge', unit: 'bytes', help: 'Size of the file system.' },
    kubelet_volume_stats_used_bytes: { type: 'gauge', unit: 'bytes', help: 'What is used of it.' },
    kubelet_volume_stats_available_bytes: { type: 'gauge', unit: 'bytes', help: 'What is free of it.' },
    kubelet_volume_stats_inodes: { type: 'gauge', unit: 'none', help: 'Inodes of the file system.' },
    kubelet_volume_stats_inodes_used: { type: 'gauge', unit: 'none', help: 'Inodes that are used.' },
  },
  seriesLimit: MANY,
});

export const containerUsageDataset = defineDataset({
  name: 'kube_container_usage',
  kind: 'gauge',
  help: 'What containers take, from metrics.k8s.io.',
  dimensions: { cluster, namespace, pod, container },
  metrics: {
    kube_pod_container_cpu_usage_cores: {
      type: 'gauge',
      unit: 'none',
      help: 'Cores the container takes, over the window of the metrics server (15 to 60 s).',
    },
    kube_pod_container_memory_working_set_bytes: {
      type: 'gauge',
      unit: 'bytes',
      help: 'Memory of the container that cannot be reclaimed easily; at its limit it is killed.',
    },
  },
  seriesLimit: MANY,
});

export const nodeUsageDataset = defineDataset({
  name: 'kube_node_usage',
  kind: 'gauge',
  help: 'What is taken of nodes, from metrics.k8s.io.',
  dimensions: { cluster, node },
  metrics: {
    kube_node_cpu_usage_cores: { type: 'gauge', unit: 'none', help: 'Cores that are taken of the node.' },
    kube_node_memory_working_set_bytes: {
      type: 'gauge',
      unit: 'bytes',
      help: 'Memory of the node that cannot be reclaimed easily.',
    },
  },
  seriesLimit: MANY,
});

/** Everything the collector yields, besides the quotas that all clouds share. */
export const kubernetesDatasets = [
  podPhaseDataset,
  podConditionDataset,
  podReasonDataset,
  podDataset,
  containerDataset,
  containerReasonDataset,
  nodePodsDataset,
  podInfoDataset,
  containerResourceDataset,
  nodeDataset,
  nodeConditionDataset,
  nodeResourceDataset,
  nodeVolumesDataset,
  deploymentDataset,
  deploymentConditionDataset,
  statefulSetDataset,
  resourceQuotaDataset,
  claimPhaseDataset,
  claimDataset,
  volumeStatsDataset,
  eventDataset,
  containerUsageDataset,
  nodeUsageDataset,
] as const;
