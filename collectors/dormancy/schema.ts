import { defineDataset } from '../../src/model/dataset.ts';

/** When an instance was last used. */
export const dormancyDataset = defineDataset({
  name: 'dormancy',
  kind: 'gauge',
  help: 'When the instance was last used, from the audit log, without what octowatch and the server itself did.',
  dimensions: {},
  metrics: {
    octopus_last_login_timestamp_seconds: {
      type: 'gauge',
      unit: 'timestamp_seconds',
      help: 'When somebody last logged in; absent where the audit log has no login.',
    },
    octopus_last_user_task_timestamp_seconds: {
      type: 'gauge',
      unit: 'timestamp_seconds',
      help: 'When a person or a trigger last had something deployed or run; absent where the audit log has nothing.',
    },
    octopus_dormancy_seconds: {
      type: 'gauge',
      unit: 'seconds',
      help: 'How long nobody has used the instance; at least so long, where the audit log does not go back to the last use.',
    },
  },
});

/** What that makes of the instance; join by tenant. */
export const activityClassDataset = defineDataset({
  name: 'activity_class',
  kind: 'gauge',
  help: 'How much the instance is used.',
  dimensions: { class: { help: 'active, quiet, dormant or dead.' } },
  metrics: {
    octopus_activity_class_info: { type: 'gauge', unit: 'none', help: 'Always 1; its label is the class.' },
  },
});

/** Everything the collector yields. */
export const dormancyDatasets = [dormancyDataset, activityClassDataset] as const;
