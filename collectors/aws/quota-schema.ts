import { defineDataset } from '../../src/model/dataset.ts';
import { ACCOUNT_DIMENSIONS } from './dimensions.ts';

/** What Service Quotas says of limits, besides the limits themselves. */
export const serviceQuotaDataset = defineDataset({
  name: 'aws_service_quota',
  kind: 'gauge',
  help: 'Where limits of AWS come from, and increases that were asked for, from Service Quotas.',
  dimensions: {
    ...ACCOUNT_DIMENSIONS,
    quota: { help: 'What is limited, as in `cloud_quota_limit`.' },
  },
  metrics: {
    aws_quota_limit_assumed: {
      type: 'gauge',
      unit: 'none',
      help: "Whether the limit is AWS's documented default (1), as Service Quotas tells none of the account.",
    },
    aws_quota_requested_limit: {
      type: 'gauge',
      unit: 'none',
      help: 'The limit that an open request for an increase asks for; absent without one.',
    },
    aws_quota_increase_seconds: {
      type: 'gauge',
      unit: 'seconds',
      help: 'How long the last increase took that was granted, from request to decision; absent without one.',
    },
  },
});
