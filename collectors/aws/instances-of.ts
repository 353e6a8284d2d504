import type { Instance } from '@aws-sdk/client-ec2';
import type { AwsClient } from '../../src/aws/client.ts';

/** The instances that fit filters, by the names that `DescribeInstances` has for them; those just terminated too. */
export async function instancesOf(
  aws: Pick<AwsClient<'ec2:DescribeInstances'>, 'pages'>,
  filters: Readonly<Record<string, readonly string[]>>,
  signal: AbortSignal,
): Promise<readonly Instance[]> {
  const found: Instance[] = [];
  const Filters = Object.entries(filters).map(([Name, Values]) => ({ Name, Values: [...Values] }));
  for await (const { Reservations = [] } of aws.pages('ec2:DescribeInstances', { Filters }, signal))
    found.push(...Reservations.flatMap(({ Instances = [] }) => Instances));
  return found;
}
