import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import { createAwsPoll, type AwsPoll, type AwsPollDeps } from './aws-poll.ts';
import { gather } from './gather.ts';
import { QUOTA_PACE, servicePoint } from './quota-point.ts';
import { QUOTA_ACTIONS, type LimitCache } from './service-limits.ts';

/** Network interfaces and security groups: what each instance brings with it. */
export function createNetworkPoll(deps: AwsPollDeps, limitCache: LimitCache): AwsPoll {
  return createAwsPoll(
    {
      name: 'aws/network',
      datasets: [quotaDataset],
      ...QUOTA_PACE,
      actions: [...QUOTA_ACTIONS, 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSecurityGroups'],
      async read(reading) {
        const { aws, place, signal } = reading;
        const row = servicePoint(reading, await limitCache.of(place, 'vpc', reading));
        const interfaces = await gather(
          aws.pages('ec2:DescribeNetworkInterfaces', {}, signal),
          ({ NetworkInterfaces }) => NetworkInterfaces,
        );
        const groups = await gather(
          aws.pages('ec2:DescribeSecurityGroups', {}, signal),
          ({ SecurityGroups }) => SecurityGroups,
        );
        return [row('vpc_network_interfaces', interfaces.length), row('vpc_security_groups', groups.length)];
      },
    },
    deps,
  );
}
