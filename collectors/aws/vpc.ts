import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import { createAwsPoll, type AwsPoll, type AwsPollDeps } from './aws-poll.ts';
import { gather } from './gather.ts';
import { countBy, namesOf } from './names.ts';
import { QUOTA_PACE, servicePoint } from './quota-point.ts';
import { QUOTA_ACTIONS, type LimitCache } from './service-limits.ts';
import { subnetPoint } from './subnet-addresses.ts';

/** VPCs, their subnets with the addresses that are left, gateways. */
export function createVpcPoll(deps: AwsPollDeps, limitCache: LimitCache): AwsPoll {
  return createAwsPoll(
    {
      name: 'aws/vpc',
      datasets: [quotaDataset],
      ...QUOTA_PACE,
      actions: [
        ...QUOTA_ACTIONS,
        'ec2:DescribeVpcs',
        'ec2:DescribeSubnets',
        'ec2:DescribeInternetGateways',
        'ec2:DescribeNatGateways',
      ],
      async read(reading) {
        const { aws, place, signal } = reading;
        const row = servicePoint(reading, await limitCache.of(place, 'vpc', reading));
        const vpcs = await gather(aws.pages('ec2:DescribeVpcs', {}, signal), ({ Vpcs }) => Vpcs);
        const subnets = await gather(aws.pages('ec2:DescribeSubnets', {}, signal), ({ Subnets }) => Subnets);
        const internet = await gather(
          aws.pages('ec2:DescribeInternetGateways', {}, signal),
          ({ InternetGateways }) => InternetGateways,
        );
        const standing = { Filter: [{ Name: 'state', Values: ['pending', 'available'] }] };
        const nat = await gather(
          aws.pages('ec2:DescribeNatGateways', standing, signal),
          ({ NatGateways }) => NatGateways,
        );
        const vpcNames = namesOf(vpcs.map(({ VpcId: id = '', Tags: tags }) => ({ id, tags })));
        const subnetNames = namesOf(subnets.map(({ SubnetId: id = '', Tags: tags }) => ({ id, tags })));
        const perVpc = countBy(subnets.map(({ VpcId = '' }) => VpcId));
        const zones = new Map(
          subnets.map(({ SubnetId, AvailabilityZone = '' }) => [SubnetId, AvailabilityZone]),
        );
        // A regional gateway is in no subnet, and this limit is not its own.
        const perZone = countBy(nat.flatMap(({ SubnetId }) => zones.get(SubnetId) ?? []));
        return [
          row('vpcs', vpcs.length),
          row('vpc_internet_gateways', internet.length),
          ...[...vpcNames].map(([id, name]) => row('vpc_subnets', perVpc.get(id) ?? 0, name)),
          ...[...perZone].map(([zone, count]) => row('vpc_nat_gateways', count, zone)),
          ...subnets.flatMap((subnet) => subnetPoint(reading, subnet, subnetNames)),
        ];
      },
    },
    deps,
  );
}
