import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import { createAwsPoll, type AwsPoll, type AwsPollDeps } from './aws-poll.ts';
import { gather } from './gather.ts';
import { QUOTA_PACE, quotaPoint } from './quota-point.ts';

/** Application and network load balancers, target groups. */
export function createElbPoll(deps: AwsPollDeps): AwsPoll {
  return createAwsPoll(
    {
      name: 'aws/elb',
      datasets: [quotaDataset],
      ...QUOTA_PACE,
      actions: [
        'elasticloadbalancing:DescribeAccountLimits',
        'elasticloadbalancing:DescribeLoadBalancers',
        'elasticloadbalancing:DescribeTargetGroups',
      ],
      async read(reading) {
        const { aws, signal } = reading;
        const limits = await gather(
          aws.pages('elasticloadbalancing:DescribeAccountLimits', {}, signal),
          ({ Limits }) => Limits,
        );
        const balancers = await gather(
          aws.pages('elasticloadbalancing:DescribeLoadBalancers', {}, signal),
          ({ LoadBalancers }) => LoadBalancers,
        );
        const groups = await gather(
          aws.pages('elasticloadbalancing:DescribeTargetGroups', {}, signal),
          ({ TargetGroups }) => TargetGroups,
        );
        const max = new Map(
          limits.map(({ Name, Max }) => [Name, Max === undefined ? undefined : Number(Max)]),
        );
        const ofType = (type: string): number => balancers.filter(({ Type }) => Type === type).length;
        return [
          quotaPoint(reading, {
            quota: 'elb_application_load_balancers',
            limit: max.get('application-load-balancers'),
            used: ofType('application'),
          }),
          quotaPoint(reading, {
            quota: 'elb_network_load_balancers',
            limit: max.get('network-load-balancers'),
            used: ofType('network'),
          }),
          quotaPoint(reading, {
            quota: 'elb_target_groups',
            limit: max.get('target-groups'),
            used: groups.length,
          }),
        ];
      },
    },
    deps,
  );
}
