import type { Instance } from '@aws-sdk/client-ec2';
import { SAY_EVERY_MS } from '../../src/collect/ask-seldom.ts';
import type { Point } from '../../src/model/point.ts';
import { createAwsPoll, type AwsPoll, type AwsPollDeps } from './aws-poll.ts';
import { baselineRatio, burstableOf, secondsToEmpty, typesOf, type Burstable } from './burstable.ts';
import { ec2CreditDataset } from './ec2-schema.ts';
import { instancesOf } from './instances-of.ts';
import { newestValues, type MetricQuery } from './metric-data.ts';
import { tenantOfMachine } from './tenant-of-machine.ts';
import { unlimitedInstances } from './unlimited-instances.ts';

/** EC2 tells CloudWatch of credits every 5 minutes. */
const PERIOD_SECONDS = 300;
const OLDEST_MS = 20 * 60_000;
const FILTERS = {
  'instance-type': (['t2', 't3', 't3a', 't4g'] as const).flatMap(typesOf),
  'instance-state-name': ['running'],
};
const METRICS = [
  ['CPUCreditBalance', 'Average'],
  ['CPUSurplusCreditBalance', 'Average'],
  ['CPUSurplusCreditsCharged', 'Sum'],
  ['CPUUtilization', 'Average'],
] as const;

interface Bursting extends Burstable {
  readonly id: string;
  readonly tags: NonNullable<Instance['Tags']>;
}

/** Reads the CPU credits of burstable instances. */
export function createEc2CreditsPoll(deps: AwsPollDeps): AwsPoll {
  return createAwsPoll(
    {
      name: 'aws/ec2-credits',
      datasets: [ec2CreditDataset],
      intervalMs: SAY_EVERY_MS,
      everyMs: PERIOD_SECONDS * 1000,
      deadlineMs: 60_000,
      actions: [
        'ec2:DescribeInstances',
        'ec2:DescribeInstanceCreditSpecifications',
        'cloudwatch:GetMetricData',
      ],
      async read({ aws, settings, context, signal, dimensions }) {
        const instances = (await instancesOf(aws, FILTERS, signal)).flatMap(burstingOf);
        if (instances.length === 0) return [];
        const unlimited = await unlimitedInstances(aws, signal);
        const time = context.clock.now();
        const values = await newestValues(aws, instances.map(queriesOf), time - OLDEST_MS, time, signal);
        const tenantOf = tenantOfMachine(context.fleet, settings.tenant_tag);
        return instances.map((instance, i) => ({
          dataset: ec2CreditDataset,
          time,
          tenant: tenantOf(instance),
          dimensions: { ...dimensions, instance_id: instance.id },
          values: {
            ...valuesOf(instance, values[i] ?? []),
            aws_ec2_cpu_credits_unlimited: Number(unlimited.has(instance.id)),
          },
        }));
      },
    },
    deps,
  );
}

function burstingOf({ InstanceId: id, InstanceType: type, Tags: tags = [] }: Instance): Bursting[] {
  const burstable = burstableOf(type ?? '');
  return id === undefined || burstable === undefined ? [] : [{ id, tags, ...burstable }];
}

function queriesOf({ id }: Bursting): MetricQuery[] {
  return METRICS.map(([metric, statistic]) => ({
    namespace: 'AWS/EC2',
    metric,
    dimensions: { InstanceId: id },
    statistic,
    periodSeconds: PERIOD_SECONDS,
  }));
}

function valuesOf(
  burstable: Burstable,
  [balance, surplus, charged, percent]: readonly (number | undefined)[],
): Point['values'] {
  const utilization = percent === undefined ? undefined : percent / 100;
  return {
    aws_ec2_cpu_credit_balance: balance,
    aws_ec2_cpu_surplus_credit_balance: surplus,
    aws_ec2_cpu_surplus_credits_charged: charged,
    aws_ec2_cpu_utilization_ratio: utilization,
    aws_ec2_cpu_baseline_ratio: baselineRatio(burstable),
    aws_ec2_cpu_credits_empty_seconds:
      balance === undefined || utilization === undefined
        ? undefined
        : secondsToEmpty(burstable, balance, utilization),
  };
}
