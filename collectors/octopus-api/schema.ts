import { defineDataset } from '../../src/model/dataset.ts';
import { taskDataset } from '../../src/octopus/task-dataset.ts';
import { instanceStateDatasets, nodeInfoDataset } from './instance-schema.ts';
import { taskPollDatasets } from './task-polls.ts';

/** Whether the instance answers, asked as a load balancer would. */
export const pingDataset = defineDataset({
  name: 'ping',
  kind: 'gauge',
  help: 'Liveness of the instance, from /api/octopusservernodes/ping.',
  dimensions: {},
  metrics: {
    octopus_ping_up: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether the instance answers (1); a draining instance is up, no or another answer is 0.',
    },
    octopus_ping_draining: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether the node that answered is drained or offline for work (HTTP 418); absent when nothing answered.',
    },
    octopus_ping_duration_seconds: {
      type: 'gauge',
      unit: 'seconds',
      help: 'Time the last answered probe took; absent when nothing answered.',
    },
    octopus_clock_offset_seconds: {
      type: 'gauge',
      unit: 'seconds',
      help: 'Clock of the instance minus clock of the agent; 0 within 2 s, absent when nothing answered.',
    },
  },
});

/** Every node of the instance as the cluster sees it. */
export const nodeDataset = defineDataset({
  name: 'node',
  kind: 'gauge',
  help: 'Nodes of the instance, from /api/octopusservernodes/summary.',
  dimensions: { node: { help: 'Name of the node.' } },
  metrics: {
    octopus_node_offline: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether the cluster holds the node offline.',
    },
    octopus_node_draining: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether the node is drained: it takes no new tasks.',
    },
    octopus_node_running_tasks: { type: 'gauge', unit: 'none', help: 'Tasks the node runs.' },
    octopus_node_task_cap: { type: 'gauge', unit: 'none', help: 'Tasks the node may run at a time.' },
    octopus_node_last_seen_timestamp_seconds: {
      type: 'gauge',
      unit: 'timestamp_seconds',
      help: 'When the node last reported to the cluster, corrected to the clock of the agent.',
    },
    octopus_node_sql_pool_max: {
      type: 'gauge',
      unit: 'none',
      help: 'Largest number of database connections the node may open.',
    },
    octopus_node_sql_pool_recommended: {
      type: 'gauge',
      unit: 'none',
      help: 'Number of database connections the server recommends for the task cap.',
    },
  },
});

/** The instance's own judgement of itself. */
export const clusterHealthDataset = defineDataset({
  name: 'cluster_health',
  kind: 'gauge',
  help: 'Health as the instance reports it, from /api/serverstatus/health.',
  dimensions: {},
  metrics: {
    octopus_cluster_operating_normally: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether the instance says that it operates normally.',
    },
    octopus_cluster_read_only: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether the whole cluster is read-only.',
    },
    octopus_cluster_draining: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether the whole cluster drains: no node takes new tasks.',
    },
    octopus_cluster_license_compliant: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether the instance complies with its license.',
    },
  },
});

/** Active tasks by type. A type without active tasks has no series. */
export const taskQueueDataset = defineDataset({
  name: 'task_queue',
  kind: 'gauge',
  help: 'Active tasks by type, from /api/tasks.',
  dimensions: { name: { help: 'Type of the task: Deploy, RunbookRun, Health, Retention …' } },
  metrics: {
    octopus_tasks_queued: {
      type: 'gauge',
      unit: 'none',
      help: 'Tasks that are due and wait; scheduled ones not included.',
    },
    octopus_tasks_executing: { type: 'gauge', unit: 'none', help: 'Tasks that run.' },
    octopus_tasks_cancelling: { type: 'gauge', unit: 'none', help: 'Tasks that are being cancelled.' },
    octopus_task_queue_age_seconds: {
      type: 'gauge',
      unit: 'seconds',
      help: 'How long the oldest waiting task of the type has been due; absent when none waits.',
    },
    octopus_task_update_age_seconds: {
      type: 'gauge',
      unit: 'seconds',
      help: 'Longest time since a running task of the type reported progress; tasks that wait for a person not included.',
    },
    octopus_task_cancelling_age_seconds: {
      type: 'gauge',
      unit: 'seconds',
      help: 'Longest time a task of the type has been seen cancelling; absent when none is.',
    },
  },
});

/** Active tasks of the instance in all; present, also as zero, whenever the poll succeeded. */
export const taskFlowDataset = defineDataset({
  name: 'task_flow',
  kind: 'gauge',
  help: 'Active tasks in all, from /api/tasks.',
  dimensions: {},
  metrics: {
    octopus_tasks_waiting: { type: 'gauge', unit: 'none', help: 'Tasks of any type that are due and wait.' },
    octopus_tasks_running: { type: 'gauge', unit: 'none', help: 'Tasks of any type that run.' },
    octopus_tasks_scheduled: { type: 'gauge', unit: 'none', help: 'Tasks whose time has not come.' },
    octopus_tasks_awaiting_person: {
      type: 'gauge',
      unit: 'none',
      help: 'Running tasks that wait for a manual intervention or a guided failure decision.',
    },
    octopus_tasks_started_total: {
      type: 'counter',
      unit: 'none',
      help: 'Tasks seen to start: running for the first time, or gone from the queue since the poll before.',
    },
  },
});

/** What may change in the life of an instance; join by tenant. */
export const instanceDataset = defineDataset({
  name: 'instance',
  kind: 'gauge',
  help: 'What the instance is and where it runs, from /api and the configuration.',
  dimensions: {
    version: { help: 'Version of Octopus Server.' },
    url: { help: 'Base URL of the instance.' },
    region: { help: 'Region, from the configuration.' },
    plan: { help: 'Plan or tier of the customer, from the configuration.' },
    cloud: { help: 'Cloud provider, from the configuration.' },
    cluster: { help: 'Kubernetes cluster or host group, from the configuration.' },
    node: { help: 'Machine or machines it runs on, from the configuration or where it was found.' },
    database_server: { help: 'Database server, from the configuration.' },
    customer: { help: 'Name of the customer for people, from the configuration.' },
  },
  metrics: {
    octopus_instance_info: {
      type: 'gauge',
      unit: 'none',
      help: 'Always 1; its labels describe the instance.',
    },
  },
});

/** Everything the collector yields. */
export const octopusApiDatasets = [
  pingDataset,
  nodeDataset,
  clusterHealthDataset,
  taskQueueDataset,
  taskFlowDataset,
  taskDataset,
  instanceDataset,
  ...taskPollDatasets,
  nodeInfoDataset,
  ...instanceStateDatasets,
] as const;
