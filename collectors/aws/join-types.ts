import type { AwsClient } from '../../src/aws/client.ts';
import { instancesOf } from './instances-of.ts';
import type { Sighting } from './launch-ledger.ts';
import { isT2, launchesOf, type TrailLaunch } from './trail-events.ts';

/** Lookups of what was terminated before it was seen, of a poll. */
const LOOKUPS_PER_POLL = 5;
/** The launch is the oldest event of an instance, and comes last. */
const PAGES_PER_LOOKUP = 3;
/** Values that one filter of EC2 takes. */
const FILTER_VALUES = 200;

type JoinClient = Pick<AwsClient<'ec2:DescribeInstances' | 'cloudtrail:LookupEvents'>, 'pages'>;

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
  const unknown = (): string[] => idsWithoutType(launches, types);
  for (const [id, type] of await describedTypes(aws, unknown(), signal)) types.set(id, type);
  for (const id of unknown().slice(0, LOOKUPS_PER_POLL)) types.set(id, await typeAtLaunch(aws, id, signal));
  return joinKnownTypes(launches, types);
}

/** The same without asking anybody. */
export function joinKnownTypes(launches: readonly TrailLaunch[], types: ReadonlyMap<string, string>): Joined {
  const typeOf = ({ id, type }: TrailLaunch): string | undefined => type ?? types.get(id);
  return {
    sightings: launches.flatMap((launch) => {
      const type = typeOf(launch);
      return type !== undefined && isT2(type) === true ? [sightingOf(launch, type)] : [];
    }),
    unjoined: launches.filter((launch) => typeOf(launch) === undefined),
    others: launches.flatMap(({ id, type }) =>
      type === undefined && isT2(types.get(id)) === false ? [id] : [],
    ),
  };
}

function idsWithoutType(launches: readonly TrailLaunch[], types: ReadonlyMap<string, string>): string[] {
  const told = new Set(launches.filter(({ type }) => type !== undefined).map(({ id }) => id));
  return [...new Set(launches.map(({ id }) => id))].filter((id) => !told.has(id) && !types.has(id));
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

/** Empty where CloudTrail has forgotten the launch, or so much happened to the instance since that it is not found. */
async function typeAtLaunch(aws: JoinClient, id: string, signal: AbortSignal): Promise<string> {
  const input = { LookupAttributes: [{ AttributeKey: 'ResourceName' as const, AttributeValue: id }] };
  let pages = 0;
  for await (const { Events = [] } of aws.pages('cloudtrail:LookupEvents', input, signal)) {
    const launches = Events.filter(({ EventName }) => EventName === 'RunInstances').flatMap(
      (event) => launchesOf(event) ?? [],
    );
    const found = launches.find((launch) => launch.id === id)?.type;
    if (found !== undefined) return found;
    if (++pages === PAGES_PER_LOOKUP) break;
  }
  return '';
}
