import { defineDataset } from '../../src/model/dataset.ts';

const DURATIONS = [5, 10, 15, 20, 30, 45, 60, 120, 300, 600, 1800];

/** How the provisioning of a tenant ended; the values of the dimension `outcome`. */
export const OUTCOMES = ['ready', 'failed', 'unseen'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** New tenants, each once: its first answer, or that there was none. They belong to the fleet: most die young. */
export const provisioningDataset = defineDataset({
  name: 'provisioning',
  kind: 'event',
  help: 'New tenants: how long each took from its first sighting to its first answer.',
  dimensions: {
    outcome: {
      help: 'ready, failed (no answer in time), or unseen (the agent was away meanwhile; counted nowhere).',
    },
    new_tenant: { help: 'Stable id of the new tenant.', label: false },
  },
  fields: {
    duration_seconds: {
      type: 'double',
      unit: 'seconds',
      help: 'From the first sighting to the first ping that was answered.',
    },
  },
  derives: {
    octopus_provisioning_attempts_total: {
      type: 'counter',
      unit: 'none',
      help: 'New tenants that were seen to become ready or to fail.',
      by: [],
      where: { outcome: ['ready', 'failed'] },
    },
    octopus_provisioning_failures_total: {
      type: 'counter',
      unit: 'none',
      help: 'New tenants that did not answer in time.',
      by: [],
      where: { outcome: ['failed'] },
    },
    octopus_provisioning_duration_seconds: {
      type: 'histogram',
      unit: 'seconds',
      help: 'Time new tenants took from their first sighting to their first answer.',
      by: [],
      where: { outcome: ['ready'] },
      of: 'duration_seconds',
      buckets: DURATIONS,
    },
  },
  rollup: { windowMs: 3_600_000, by: ['outcome'], of: { duration_seconds: DURATIONS } },
});

/** What is known of provisioning in all. */
export const provisioningFleetDataset = defineDataset({
  name: 'provisioning_fleet',
  kind: 'gauge',
  help: 'Provisioning over the whole fleet.',
  dimensions: {},
  metrics: {
    octopus_provisioning_waiting: {
      type: 'gauge',
      unit: 'none',
      help: 'New tenants that have not answered yet and have not failed.',
    },
    octopus_provisioning_recent_attempts: {
      type: 'gauge',
      unit: 'none',
      help: 'New tenants of the last 30 days that became ready or failed.',
    },
    octopus_provisioning_recent_failures: {
      type: 'gauge',
      unit: 'none',
      help: 'New tenants of the last 30 days that failed.',
    },
    octopus_provisioning_failure_bound_ratio: {
      type: 'gauge',
      unit: 'ratio',
      help: 'The share of failures is below this with 95 % confidence, by the last 30 days; at most 3/n after n good ones.',
    },
  },
});

/** New tenants that do not answer yet. */
export const provisioningTenantDataset = defineDataset({
  name: 'provisioning_tenant',
  kind: 'gauge',
  help: 'New tenants that have not answered yet.',
  dimensions: {},
  metrics: {
    octopus_provisioning_waiting_seconds: {
      type: 'gauge',
      unit: 'seconds',
      help: 'How long ago the new tenant was first seen; absent once it answered.',
    },
    octopus_provisioning_failed: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether that is too long (1).',
    },
  },
});

/** Everything the collector yields. */
export const provisioningDatasets = [
  provisioningDataset,
  provisioningFleetDataset,
  provisioningTenantDataset,
] as const;
