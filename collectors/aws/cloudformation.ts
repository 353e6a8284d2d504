import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import { createAwsPoll, type AwsPoll, type AwsPollDeps } from './aws-poll.ts';
import { gather } from './gather.ts';
import { QUOTA_PACE, quotaPoint } from './quota-point.ts';

/** Stacks; a deleted one is listed for 90 days and counts no more. */
export function createCloudFormationPoll(deps: AwsPollDeps): AwsPoll {
  return createAwsPoll(
    {
      name: 'aws/cloudformation',
      datasets: [quotaDataset],
      ...QUOTA_PACE,
      actions: ['cloudformation:DescribeAccountLimits', 'cloudformation:ListStacks'],
      async read(reading) {
        const { aws, signal } = reading;
        const limits = await gather(
          aws.pages('cloudformation:DescribeAccountLimits', {}, signal),
          ({ AccountLimits }) => AccountLimits,
        );
        const stacks = await gather(
          aws.pages('cloudformation:ListStacks', {}, signal),
          ({ StackSummaries }) => StackSummaries,
        );
        const limit = limits.find(({ Name }) => Name === 'StackLimit')?.Value;
        const used = stacks.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE').length;
        return [quotaPoint(reading, { quota: 'cloudformation_stacks', limit, used })];
      },
    },
    deps,
  );
}
