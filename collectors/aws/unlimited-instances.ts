import type { AwsClient } from '../../src/aws/client.ts';

/** Ids of the instances in unlimited mode: without ids in the request EC2 tells of no others. */
export async function unlimitedInstances(
  aws: Pick<AwsClient<'ec2:DescribeInstanceCreditSpecifications'>, 'pages'>,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const pages = aws.pages('ec2:DescribeInstanceCreditSpecifications', {}, signal);
  for await (const { InstanceCreditSpecifications = [] } of pages) {
    for (const { InstanceId, CpuCredits } of InstanceCreditSpecifications)
      if (InstanceId !== undefined && CpuCredits === 'unlimited') found.add(InstanceId);
  }
  return found;
}

/** Whether T2 instances are launched in unlimited mode where the launch does not say; the account's setting. */
export async function isUnlimitedByDefault(
  aws: Pick<AwsClient<'ec2:GetDefaultCreditSpecification'>, 'call'>,
  signal: AbortSignal,
): Promise<boolean> {
  const { InstanceFamilyCreditSpecification: found } = await aws.call(
    'ec2:GetDefaultCreditSpecification',
    { InstanceFamily: 't2' },
    signal,
  );
  return found?.CpuCredits === 'unlimited';
}
