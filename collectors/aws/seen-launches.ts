import type { Instance } from '@aws-sdk/client-ec2';
import type { AwsClient } from '../../src/aws/client.ts';
import { typesOf } from './burstable.ts';
import { instancesOf } from './instances-of.ts';
import { DAY_MS, type Launch, type Sighting } from './launch-ledger.ts';
import { unlimitedInstances } from './unlimited-instances.ts';

/**
 * The launches of the last day that `DescribeInstances` shows: the last one of each T2 instance that exists, or was
 * terminated less than an hour ago. Asks for the modes only where a launch is new.
 * @param now ms
 */
export async function seenLaunches(
  aws: Pick<AwsClient<'ec2:DescribeInstances' | 'ec2:DescribeInstanceCreditSpecifications'>, 'pages'>,
  known: readonly Launch[],
  now: number,
  signal: AbortSignal,
): Promise<readonly Sighting[]> {
  const launches = (await instancesOf(aws, { 'instance-type': typesOf('t2') }, signal)).flatMap(
    (instance) => launchOf(instance) ?? [],
  );
  const recent = launches.filter(({ at }) => at > now - DAY_MS);
  const polled = new Set(known.map(({ id, polledAt }) => `${id} ${polledAt}`));
  const isNew = recent.some(({ id, at }) => !polled.has(`${id} ${at}`));
  const unlimited = isNew ? await unlimitedInstances(aws, signal) : undefined;
  return recent.map(({ id, at, type, exists }) => ({
    id,
    at,
    type,
    by: 'poll',
    unlimited: exists ? unlimited?.has(id) : undefined,
  }));
}

function launchOf({
  InstanceId,
  InstanceType,
  LaunchTime,
  State,
}: Instance): { id: string; at: number; type: string; exists: boolean } | undefined {
  if (InstanceId === undefined || InstanceType === undefined || LaunchTime === undefined) return undefined;
  const exists = State?.Name !== 'terminated' && State?.Name !== 'shutting-down';
  return { id: InstanceId, at: LaunchTime.getTime(), type: InstanceType, exists };
}
