import type { AwsClient } from '../../src/aws/client.ts';
import { instancesOf } from './instances-of.ts';
import type { Sighting } from './launch-ledger.ts';
import { isT2, launchesOf, type TrailLaunch } from './trail-events.ts';

/** Lookups of what was terminated before it was seen, of a poll. */
const LOOKUPS_PER_POLL = 5;
/** Values that one filter of EC2 takes. */
const FILTER_VALUES = 200;

type JoinClient = Pick<AwsClient<'ec2:DescribeInstances' | 'cloudtrail:LookupEvents'>, 'call' | 'pages'>;

export interface Joined {
  /** Launches of T2 instances. */
  readonly sightings: readonly Sighting[];
  /** Those whose type is still to be found. */
  readonly unjoined: readonly TrailLaunch[];
  /** Ids that are of other types, where the event did not say so. */
  readonly others: readonly string[];
}

/**
 * What CloudTrail tells of, with its type: from the event, from what is known, from EC2, and for what is terminated from
 * the event of its launch (90 days back). A launch whose type nobody knows is left out.
 * @param known types by id
 */
export async function joinTypes(
  aws: JoinClient,
  launches: readonly TrailLaunch[],
  known: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<Joined> {
  const types = new Map(known);
  for (const { id, type } of launches) if (type !== undefined) types.set(id, type);
  const unknown = (): string[] => [...new Set(launches.map(({ id }) => id))].filter((id) => !types.has(id));
  for (const [id, type] of await describedTypes(aws, unknown(), signal)) types.set(id, type);
  const asked = unknown().slice(0, LOOKUPS_PER_POLL);
  for (const id of asked) types.set(id, await typeAtLaunch(aws, id, signal));
  const later = new Set(unknown());
  return {
    sightings: launches.flatMap((launch) => {
      const type = types.get(launch.id);
      return type !== undefined && isT2(type) === true ? [sightingOf(launch, type)] : [];
    }),
    unjoined: launches.filter(({ id }) => later.has(id)),
    others: launches.flatMap(({ id, type }) =>
      type === undefined && isT2(types.get(id)) === false ? [id] : [],
    ),
  };
}

function sightingOf({ id, at, unlimited }: TrailLaunch, type: string): Sighting {
  return { id, at, type, by: 'trail', unlimited };
}

async function describedTypes(
  aws: JoinClient,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const types = new Map<string, string>();
  for (let start = 0; start < ids.length; start += FILTER_VALUES) {
    const filter = { 'instance-id': ids.slice(start, start + FILTER_VALUES) };
    for (const { InstanceId, InstanceType } of await instancesOf(aws, filter, signal))
      if (InstanceId !== undefined && InstanceType !== undefined) types.set(InstanceId, InstanceType);
  }
  return types;
}

/** Empty where CloudTrail has forgotten the launch. */
async function typeAtLaunch(aws: JoinClient, id: string, signal: AbortSignal): Promise<string> {
  const input = { LookupAttributes: [{ AttributeKey: 'ResourceName' as const, AttributeValue: id }] };
  const { Events = [] } = await aws.call('cloudtrail:LookupEvents', { ...input, MaxResults: 50 }, signal);
  const launches = Events.filter(({ EventName }) => EventName === 'RunInstances').flatMap(
    (event) => launchesOf(event) ?? [],
  );
  return launches.find((launch) => launch.id === id)?.type ?? '';
}
