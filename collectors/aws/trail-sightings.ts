import type { AwsClient } from '../../src/aws/client.ts';
import { Failure } from '../../src/model/failure.ts';
import type { Clock } from '../../src/model/ports.ts';
import type { Attempts } from './attempts.ts';
import { joinKnownTypes, joinTypes, type Joined } from './join-types.ts';
import { DAY_MS } from './launch-ledger.ts';
import type { LaunchState } from './launch-state.ts';
import type { TrailLaunch } from './trail-events.ts';
import { readTrail, type TrailPosition } from './trail-reading.ts';
import { isUnlimitedByDefault } from './unlimited-instances.ts';

/** What CloudTrail's word needs to be complete. */
export type TrailClient = Pick<
  AwsClient<'cloudtrail:LookupEvents' | 'ec2:DescribeInstances' | 'ec2:GetDefaultCreditSpecification'>,
  'call' | 'pages'
>;

const MAX_UNJOINED = 500;
const MAX_OTHERS = 1000;

/**
 * What CloudTrail tells of, as far as types could be found, and how far it was read.
 * @param types of instances that are known, by id
 */
export async function trailSightings(
  aws: TrailClient,
  { trail, unjoined, others }: LaunchState,
  types: ReadonlyMap<string, string>,
  clock: Clock,
  tries: Attempts,
  signal: AbortSignal,
): Promise<Joined & { readonly position: TrailPosition }> {
  const read = await readTrail(aws, trail, clock, signal);
  if (read.failure !== undefined) tries.failed('CloudTrail', read.failure);
  if (read.refused > 0)
    tries.failed('events of CloudTrail', new Failure('malformed', `${read.refused} cannot be read`));
  const skipped = new Set(others);
  const waiting = [...unjoined, ...read.launches].filter(
    ({ id, at }) => at > clock.now() - DAY_MS && !skipped.has(id),
  );
  const launches = await withDefaultMode(aws, waiting, tries, signal);
  const known = joinKnownTypes(launches, types);
  const joined = await tries.attempt('types of launches', known, () =>
    joinTypes(aws, launches, types, signal),
  );
  return {
    sightings: joined.sightings,
    unjoined: joined.unjoined.slice(-MAX_UNJOINED),
    others: [...new Set([...others, ...joined.others])].slice(-MAX_OTHERS),
    position: read.position,
  };
}

/** A launch that does not say its mode has the account's. */
async function withDefaultMode(
  aws: TrailClient,
  launches: readonly TrailLaunch[],
  tries: Attempts,
  signal: AbortSignal,
): Promise<readonly TrailLaunch[]> {
  const isOpen = ({ call, unlimited }: TrailLaunch): boolean => call === 'run' && unlimited === undefined;
  if (!launches.some(isOpen)) return launches;
  const unlimited = await tries.attempt('default mode', undefined, () => isUnlimitedByDefault(aws, signal));
  return launches.map((launch) => (isOpen(launch) ? { ...launch, unlimited } : launch));
}
