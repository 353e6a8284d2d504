import { defineDataset } from '../model/dataset.ts';

/** Limits of clouds and clusters and what is used of them, whoever reads them: AWS, Azure, Kubernetes, Octopus. */
export const quotaDataset = defineDataset({
  name: 'quota',
  kind: 'gauge',
  help: 'Limits of clouds, clusters and licenses, and what is used of them.',
  dimensions: {
    provider: { help: 'Whose limit it is: aws, azure, kubernetes, octopus.' },
    account: { help: 'Account, subscription or cluster, by its name in the configuration.' },
    region: { help: 'Region; absent for what is global.' },
    quota: { help: 'What is limited: rds_instances, vpc_elastic_ips, subnet_addresses …' },
    resource: {
      help: 'What it is counted for, where there are many: a subnet, a database server, a namespace.',
    },
  },
  metrics: {
    cloud_quota_limit: {
      type: 'gauge',
      unit: 'none',
      help: 'The most there may be; absent where none is known.',
    },
    cloud_quota_used: { type: 'gauge', unit: 'none', help: 'What there is.' },
  },
  seriesLimit: 20_000,
});
