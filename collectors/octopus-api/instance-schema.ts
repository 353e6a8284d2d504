import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import { defineDataset, type Metric } from '../../src/model/dataset.ts';

function count(help: string): Metric {
  return { type: 'gauge', unit: 'none', help };
}

const space = { help: 'Name of the space; empty on a server older than spaces.' };
const pool = { help: 'Name of the worker pool; `other` for one that is not listed.' };
const health = {
  help: 'healthy, has_warnings, unhealthy, unavailable, unknown; other for what is none of these.',
};

/** The version of each node; two of one instance should not differ for long. */
export const nodeInfoDataset = defineDataset({
  name: 'node_info',
  kind: 'gauge',
  help: 'What the nodes of the instance run, from /api/octopusservernodes/summary.',
  dimensions: {
    node: { help: 'Name of the node.' },
    version: { help: 'Version of Octopus Server on the node.' },
  },
  metrics: { octopus_node_info: count('Always 1; its labels describe the node.') },
});

/** Deployment targets by health. */
export const machineHealthDataset = defineDataset({
  name: 'machine_health',
  kind: 'gauge',
  help: 'Health of deployment targets, from /api/{space}/machines.',
  dimensions: { space, health },
  metrics: { octopus_machines: count('Deployment targets that are not disabled, by health.') },
});

/** Deployment targets that somebody should see to. */
export const machineUpkeepDataset = defineDataset({
  name: 'machine_upkeep',
  kind: 'gauge',
  help: 'Deployment targets out of use or out of date, from /api/{space}/machines.',
  dimensions: { space },
  metrics: {
    octopus_machines_disabled: count('Deployment targets that are disabled.'),
    octopus_machines_upgrade_required: count('Enabled deployment targets whose Tentacle must be upgraded.'),
  },
});

/** Workers by pool and health; a worker of two pools counts in both. */
export const workerHealthDataset = defineDataset({
  name: 'worker_health',
  kind: 'gauge',
  help: 'Health of workers, from /api/{space}/workers.',
  dimensions: { space, pool, health },
  metrics: { octopus_workers: count('Workers that are not disabled, by health.') },
});

/** Workers that somebody should see to. */
export const workerUpkeepDataset = defineDataset({
  name: 'worker_upkeep',
  kind: 'gauge',
  help: 'Workers out of use or out of date, from /api/{space}/workers.',
  dimensions: { space, pool },
  metrics: {
    octopus_workers_disabled: count('Workers that are disabled.'),
    octopus_workers_upgrade_required: count('Enabled workers whose Tentacle must be upgraded.'),
  },
});

/** The license of the instance; its limits are in `quota` besides. */
export const licenseDataset = defineDataset({
  name: 'license',
  kind: 'gauge',
  help: 'License of the instance, from /api/licenses/licenses-current-status.',
  dimensions: {},
  metrics: {
    octopus_license_compliant: count('Whether the instance complies with its license.'),
    octopus_license_remaining_seconds: {
      type: 'gauge',
      unit: 'seconds',
      help: 'Time until the license expires, in whole days; negative afterwards, absent without an end.',
    },
    octopus_license_expiry_blocks: count(
      'Whether deployments and other key activities stop when the license expires.',
    ),
    octopus_license_node_task_limit: count('Tasks the license lets one node run; absent without a limit.'),
    octopus_license_cluster_task_limit: count(
      'Tasks the license lets all nodes together run; absent without a limit.',
    ),
  },
});

/** How near each limit of the license is: one series a limit, which ends when the status changes. */
export const licenseLimitDataset = defineDataset({
  name: 'license_limit',
  kind: 'gauge',
  help: 'Limits of the license, from /api/licenses/licenses-current-status.',
  dimensions: {
    quota: { help: 'What is limited, as in cloud_quota_limit: projects, tenants, machines …' },
    status: {
      help: 'under_limit, almost_at_limit, at_limit, in_overrun, exceeding_limit; other for what is none of these.',
    },
  },
  metrics: {
    octopus_license_limit_status: count('Always 1; its labels say how near the limit is.'),
  },
});

/** The server's own jobs. */
export const schedulerDataset = defineDataset({
  name: 'scheduler',
  kind: 'gauge',
  help: 'The jobs of the server itself, from /api/scheduler.',
  dimensions: {},
  metrics: {
    octopus_scheduler_running: count('Whether the scheduler of the node that answered runs.'),
    octopus_scheduler_jobs_enabled: count('Jobs that are enabled.'),
    octopus_scheduler_jobs_disabled: count('Jobs that are disabled.'),
  },
});

/** Scheduled triggers of projects, and when they were last worked on. */
export const scheduledTriggersDataset = defineDataset({
  name: 'scheduled_triggers',
  kind: 'gauge',
  help: 'Scheduled triggers, from /api/{space}/projecttriggers and /api/tasks.',
  dimensions: {},
  metrics: {
    octopus_scheduled_triggers: count('Scheduled triggers that are enabled, in all spaces read so far.'),
    octopus_scheduled_triggers_last_run_timestamp_seconds: {
      type: 'gauge',
      unit: 'timestamp_seconds',
      help: 'When the task that processes scheduled triggers last ended, by the clock of the agent; absent when it never did.',
    },
  },
});

/** What the server says of itself. */
export const serverDataset = defineDataset({
  name: 'server',
  kind: 'gauge',
  help: 'Status of the server, from /api/serverstatus.',
  dimensions: {},
  metrics: {
    octopus_server_maintenance_mode: count(
      'Whether an administrator has put the server into maintenance mode: only administrators can change anything.',
    ),
    octopus_server_upgrade_available: count('Whether a newer version is to be had.'),
    octopus_server_potential_clone: count(
      'Whether the server believes that its database is a copy which another server uses too.',
    ),
  },
});

/** The process of the node that answers. */
export const serverProcessDataset = defineDataset({
  name: 'server_process',
  kind: 'gauge',
  help: 'The process of the node that answered, from /api/serverstatus/system-info.',
  dimensions: {},
  metrics: {
    octopus_server_start_time_seconds: {
      type: 'gauge',
      unit: 'seconds',
      help: 'When the process started, in seconds since the epoch, by the clock of the agent.',
    },
    octopus_server_threads: count('Threads of the process.'),
    octopus_server_thread_pool_min_threads: count('Threads that the thread pool makes without delay.'),
    octopus_server_working_set_bytes: { type: 'gauge', unit: 'bytes', help: 'Memory of the process.' },
  },
});

/** What waits for somebody. */
export const interruptionDataset = defineDataset({
  name: 'interruption',
  kind: 'gauge',
  help: 'Pending interruptions by type, from /api/{space}/interruptions.',
  dimensions: { type: { help: 'manual_intervention, guided_failure, other.' } },
  metrics: {
    octopus_interruptions_pending: count('Interruptions that wait for a decision, in all spaces.'),
    octopus_interruption_age_seconds: {
      type: 'gauge',
      unit: 'seconds',
      help: 'How long the oldest of them has waited; absent when none does.',
    },
  },
});

/** What the audit log says that went wrong. */
export const serverEventDataset = defineDataset({
  name: 'server_event',
  kind: 'event',
  help: 'Failures in the audit log of the instance, from /api/events.',
  dimensions: {
    category: { help: 'DeploymentFailed, MachineUnhealthy, MachineUnavailable, CertificateExpired …' },
    space: { help: 'Id of the space; empty for events of the system.', label: false },
  },
  fields: {
    event_id: { type: 'keyword', help: 'Id of the event: Events-4873.' },
    message: { type: 'text', help: 'What the audit log says, cut at 500 characters.' },
  },
  derives: {
    octopus_events_total: {
      type: 'counter',
      unit: 'none',
      help: 'Failures in the audit log by category.',
      by: ['tenant', 'category'],
    },
  },
  rollup: { windowMs: 60_000, by: ['category'], of: {} },
});

/** Windows of the configuration in which work on the instance is announced. */
export const maintenanceWindowDataset = defineDataset({
  name: 'maintenance_window',
  kind: 'gauge',
  help: 'Announced maintenance, from fleet.maintenance_windows of the configuration.',
  dimensions: { window: { help: 'Name of the window, from the configuration.' } },
  metrics: {
    octopus_maintenance_window_active: count('Whether the tenant is within the window now.'),
  },
});

/** What the polls about the instance as a whole yield; `nodeInfoDataset` comes with the nodes. */
export const instanceStateDatasets = [
  machineHealthDataset,
  machineUpkeepDataset,
  workerHealthDataset,
  workerUpkeepDataset,
  licenseDataset,
  licenseLimitDataset,
  quotaDataset,
  schedulerDataset,
  scheduledTriggersDataset,
  serverDataset,
  serverProcessDataset,
  interruptionDataset,
  serverEventDataset,
  maintenanceWindowDataset,
] as const;
