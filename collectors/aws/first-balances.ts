import type { AwsClient } from '../../src/aws/client.ts';
import type { Launch } from './launch-ledger.ts';
import { metricData, type MetricQuery } from './metric-data.ts';
import { unlimitedInstances } from './unlimited-instances.ts';

const PERIOD_SECONDS = 300;
/** The first period after a launch begins within 5 minutes and is there 5 to 10 minutes after its end. */
const FIRST_AGE_MS = 5 * 60_000;
const LAST_AGE_MS = 40 * 60_000;
/** A balance that is older than the launch by more says what was spent since, not what it got. */
const MAX_AFTER_LAUNCH_MS = 10 * 60_000;

/** Launches with the first `CPUCreditBalance` after them, where CloudWatch has it by now. @param now ms */
export async function withFirstBalances(
  aws: Pick<AwsClient<'cloudwatch:GetMetricData' | 'ec2:DescribeInstanceCreditSpecifications'>, 'pages'>,
  launches: readonly Launch[],
  now: number,
  signal: AbortSignal,
): Promise<readonly Launch[]> {
  const open = new Set(launches.filter((launch) => isOpen(launch, now)));
  if (open.size === 0) return launches;
  const unlimited = await unlimitedInstances(aws, signal);
  const asked = [...open].filter(({ id, at }) => !unlimited.has(id) && now - at >= FIRST_AGE_MS);
  const answers = await metricData(aws, asked.map(balanceQuery), now - LAST_AGE_MS, now, signal);
  const found = new Map(asked.map((launch, i) => [launch, firstAfter(launch, answers[i] ?? [])]));
  return launches.map((launch) => {
    const firstBalance = found.get(launch);
    if (firstBalance !== undefined) return { ...launch, firstBalance };
    return open.has(launch) && unlimited.has(launch.id) ? { ...launch, switched: true } : launch;
  });
}

function isOpen({ at, unlimited, firstBalance, switched }: Launch, now: number): boolean {
  return unlimited !== true && firstBalance === undefined && switched !== true && now - at <= LAST_AGE_MS;
}

function balanceQuery({ id }: Launch): MetricQuery {
  return {
    namespace: 'AWS/EC2',
    metric: 'CPUCreditBalance',
    dimensions: { InstanceId: id },
    statistic: 'Maximum',
    periodSeconds: PERIOD_SECONDS,
  };
}

/** A period that began before the launch may be of the life before it. */
function firstAfter(
  { at }: Launch,
  samples: Awaited<ReturnType<typeof metricData>>[number],
): number | undefined {
  return samples.find(({ time }) => time >= at && time <= at + MAX_AFTER_LAUNCH_MS)?.value;
}
