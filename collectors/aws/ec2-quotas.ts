import type { Instance } from '@aws-sdk/client-ec2';
import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import { createAwsPoll, type AwsPoll, type AwsPollDeps } from './aws-poll.ts';
import { QUOTA_PACE, servicePoint } from './quota-point.ts';
import type { ServiceQuotaName } from './quota-table.ts';
import { QUOTA_ACTIONS, type LimitCache } from './service-limits.ts';

/** By the letters an instance type begins with. Source: EC2 user guide, "On-Demand Instance quotas". */
const FAMILIES: readonly (readonly [RegExp, ServiceQuotaName])[] = [
  [/^f\d/, 'ec2_f_vcpus'],
  [/^(?:g|gr|vt)\d/, 'ec2_g_vt_vcpus'],
  [/^p\d/, 'ec2_p_vcpus'],
  [/^x\d/, 'ec2_x_vcpus'],
  [/^inf\d/, 'ec2_inf_vcpus'],
  [/^trn\d/, 'ec2_trn_vcpus'],
  [/^dl\d/, 'ec2_dl_vcpus'],
  [/^u-|^u\d/, 'ec2_high_memory_vcpus'],
  [/^(?:a|c|d|h|i|im|is|m|mac|r|t|z)\d/, 'ec2_standard_vcpus'],
];

/** vCPUs of on-demand instances that run, by family, and elastic IP addresses. */
export function createEc2QuotasPoll(deps: AwsPollDeps, limitCache: LimitCache): AwsPoll {
  return createAwsPoll(
    {
      name: 'aws/ec2-quotas',
      datasets: [quotaDataset],
      ...QUOTA_PACE,
      actions: [...QUOTA_ACTIONS, 'ec2:DescribeInstances', 'ec2:DescribeAddresses'],
      async read(reading) {
        const { aws, place, signal } = reading;
        const limits = await limitCache.of(place, 'ec2', reading);
        const vcpus = new Map<ServiceQuotaName, number>(FAMILIES.map(([, family]) => [family, 0]));
        const running = { Filters: [{ Name: 'instance-state-name', Values: ['pending', 'running'] }] };
        for await (const { Reservations = [] } of aws.pages('ec2:DescribeInstances', running, signal))
          for (const { Instances = [] } of Reservations)
            for (const instance of Instances) add(vcpus, instance);
        const { Addresses = [] } = await aws.call('ec2:DescribeAddresses', {}, signal);
        const row = servicePoint(reading, limits);
        return [
          ...[...vcpus].flatMap(([family, count]) => {
            const isOurs = count > 0 || (limits.get(family)?.limit ?? 0) > 0;
            return isOurs ? [row(family, count)] : [];
          }),
          row('vpc_elastic_ips', Addresses.length),
        ];
      },
    },
    deps,
  );
}

/** Spot instances and those on dedicated hosts have limits of their own. */
function add(vcpus: Map<ServiceQuotaName, number>, instance: Instance): void {
  const {
    InstanceType: type = '',
    InstanceLifecycle: lifecycle,
    CpuOptions: cpu,
    Placement: placement,
  } = instance;
  if (lifecycle !== undefined || placement?.Tenancy === 'host') return;
  const family = FAMILIES.find(([pattern]) => pattern.test(type))?.[1];
  if (family === undefined) return;
  const count = (cpu?.CoreCount ?? 0) * (cpu?.ThreadsPerCore ?? 0);
  vcpus.set(family, (vcpus.get(family) ?? 0) + count);
}
