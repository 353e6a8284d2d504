import type { OutputOf } from '../aws/actions.ts';
import type { AwsClient } from '../aws/client.ts';
import type { Discoverer } from './discoverer.ts';
import { toList, type Candidate, type InstanceTemplate } from './found-instance.ts';

interface Ec2DiscovererOptions extends Omit<Discoverer, 'list' | 'watch'> {
  readonly account: string;
  readonly region: string;
  /** All of which an instance must have. */
  readonly tags: Readonly<Record<string, string>>;
  readonly template: InstanceTemplate;
  /** The client of the account's region as it is now. @throws Failure when it has none */
  readonly client: () => Pick<AwsClient, 'pages'>;
}

type Reservation = NonNullable<OutputOf<'ec2:DescribeInstances'>['Reservations']>[number];
type Ec2Instance = NonNullable<Reservation['Instances']>[number];

/** States in which an instance is there; `terminated` and `shutting-down` are gone for good. */
const THERE = ['pending', 'running', 'stopping', 'stopped'];
const ASLEEP = new Set<string | undefined>(['stopping', 'stopped']);
const TAG = 'tag.';

/** Takes EC2 instances with certain tags for instances of Octopus; one that is stopped is asleep. */
export function createEc2Discoverer(options: Ec2DiscovererOptions): Discoverer {
  const { tags, template, client } = options;
  const Filters = [
    { Name: 'instance-state-name', Values: THERE },
    ...Object.entries(tags).map(([name, value]) => ({ Name: `tag:${name}`, Values: [value] })),
  ];

  return {
    ...options,
    async list(signal) {
      const candidates: Candidate[] = [];
      for await (const { Reservations = [] } of client().pages('ec2:DescribeInstances', { Filters }, signal))
        for (const { Instances = [] } of Reservations)
          candidates.push(...Instances.map((instance) => candidateOf(instance, options)));
      // Whatever the order of the answer: the same instances are the same list.
      return toList(
        template,
        candidates.toSorted((a, b) => (a.what < b.what ? -1 : 1)),
      );
    },
  };
}

function candidateOf(
  instance: Ec2Instance,
  { account, region }: { readonly account: string; readonly region: string },
): Candidate {
  const tags = new Map((instance.Tags ?? []).map(({ Key = '', Value }) => [Key, Value]));
  const own: Readonly<Record<string, string | undefined>> = {
    account,
    region,
    id: instance.InstanceId,
    type: instance.InstanceType,
    zone: instance.Placement?.AvailabilityZone,
    private_ip: instance.PrivateIpAddress,
    public_ip: instance.PublicIpAddress,
    private_dns: instance.PrivateDnsName,
    public_dns: instance.PublicDnsName,
  };

  function find(placeholder: string): string | undefined {
    const value = placeholder.startsWith(TAG) ? tags.get(placeholder.slice(TAG.length)) : own[placeholder];
    return value === '' ? undefined : value;
  }

  return { what: instance.InstanceId ?? 'an instance', asleep: ASLEEP.has(instance.State?.Name), find };
}
