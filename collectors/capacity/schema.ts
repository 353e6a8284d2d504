import { defineDataset } from '../../src/model/dataset.ts';

const SCOPE = {
  provider: { help: 'Whose quotas: aws, azure, kubernetes; absent for all.' },
  account: { help: 'Account, subscription or cluster; absent for all of a provider.' },
  region: { help: 'Region; absent for all of an account.' },
} as const;
const LEVEL = { scope: { help: 'How wide it is meant: fleet, provider, account or region.' } } as const;
const QUOTA = { quota: { help: 'Name of the quota, as in `cloud_quota_limit`.' } } as const;
const RESOURCE = {
  resource: { help: 'The resource it is counted for; absent where it is all of them.' },
} as const;

/** How many more tenants there is room for. */
export const capacityDataset = defineDataset({
  name: 'capacity',
  kind: 'gauge',
  help: 'Tenants there is still room for.',
  dimensions: { ...LEVEL, ...SCOPE },
  metrics: {
    capacity_tenants_left: {
      type: 'gauge',
      unit: 'none',
      help: 'How many more tenants the quotas leave room for, by the one that leaves the least; absent where none is known.',
    },
  },
});

/** Which quota says so; join by the labels of the scope. */
export const bindingDataset = defineDataset({
  name: 'capacity_binding',
  kind: 'gauge',
  help: 'The quota that leaves the least room.',
  dimensions: {
    ...LEVEL,
    ...SCOPE,
    ...QUOTA,
    ...RESOURCE,
    place: { help: 'Where that quota is: provider/account/region.' },
  },
  metrics: {
    capacity_binding_quota_info: {
      type: 'gauge',
      unit: 'none',
      help: 'Always 1; its labels name the quota that leaves the least room, the one to raise first.',
    },
  },
});

/** The room that each quota leaves by itself. */
export const quotaRoomDataset = defineDataset({
  name: 'capacity_quota',
  kind: 'gauge',
  help: 'What each quota that new tenants take of leaves room for.',
  dimensions: { ...SCOPE, ...QUOTA },
  metrics: {
    capacity_quota_tenants_left: {
      type: 'gauge',
      unit: 'none',
      help: 'How many more tenants this quota alone leaves room for; absent where it is not known.',
    },
    capacity_quota_unknown: {
      type: 'gauge',
      unit: 'none',
      help: 'Limits and uses behind it that are not known: never read, or too long ago.',
    },
  },
});

/** When quotas will be exhausted. */
export const timeLeftDataset = defineDataset({
  name: 'capacity_time_left',
  kind: 'gauge',
  help: 'When quotas will be exhausted.',
  dimensions: {
    ...SCOPE,
    ...QUOTA,
    ...RESOURCE,
    method: {
      help: 'How the growth was estimated: theil_sen_14d, theil_sen_28d, accelerating_70d. The least counts.',
    },
  },
  metrics: {
    capacity_time_left_seconds: {
      type: 'gauge',
      unit: 'seconds',
      help: 'Time until the quota is exhausted, at most 365 days, which also stands for a use that does not grow.',
    },
  },
  seriesLimit: 2000,
});

/** By when something must be done. */
export const leadTimeDataset = defineDataset({
  name: 'capacity_lead_time',
  kind: 'gauge',
  help: 'How long it takes to have quotas raised.',
  dimensions: { ...SCOPE, ...QUOTA, ...RESOURCE },
  metrics: {
    capacity_lead_time_seconds: {
      type: 'gauge',
      unit: 'seconds',
      help: 'How long it takes to have the quota raised, as configured.',
    },
    capacity_act_below_seconds: {
      type: 'gauge',
      unit: 'seconds',
      help: 'Act when less time than this is left: the lead time times `safety`.',
    },
  },
  seriesLimit: 1000,
});

/** Everything the collector yields. */
export const capacityDatasets = [
  capacityDataset,
  bindingDataset,
  quotaRoomDataset,
  timeLeftDataset,
  leadTimeDataset,
] as const;
