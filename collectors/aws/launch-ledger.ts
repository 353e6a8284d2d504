import { z } from 'zod';

/** AWS counts launches with credits over a rolling day. */
export const DAY_MS = 24 * 3_600_000;
/** Launches that far apart in two sources may be one: EC2 takes a moment from the call to the launch. */
const SAME_LAUNCH_MS = 60_000;
const MAX_LAUNCHES = 2000;

export const launchSchema = z.object({
  id: z.string(),
  /** ms by AWS's clock. */
  at: z.number(),
  type: z.string(),
  /** `LaunchTime`, where a poll has seen it. */
  polledAt: z.number().optional(),
  /** Time of the event, where CloudTrail told of it. */
  trailedAt: z.number().optional(),
  /** Launched in unlimited mode: without credits, and it takes no slot. Standard where nobody knows. */
  unlimited: z.boolean().optional(),
  /** Got launch credits, and so took a slot: as seen, or as the slots before it say. */
  credited: z.boolean(),
  /** The first `CPUCreditBalance` after it, where there was one in time. */
  firstBalance: z.number().optional(),
  /** Seen in unlimited mode before that: the switch takes the launch credits away, so no balance shows them. */
  switched: z.boolean().optional(),
});

/** A launch or a start of a T2 instance. */
export type Launch = Readonly<z.output<typeof launchSchema>>;

/** What one source says of one launch. */
export interface Sighting {
  readonly id: string;
  /** ms by AWS's clock; the same each time that a source tells of the same launch. */
  readonly at: number;
  readonly type: string;
  readonly by: 'poll' | 'trail';
  /** Undefined where the source does not say. */
  readonly unlimited: boolean | undefined;
}

/**
 * The ledger with what was seen: each launch once, whoever tells of it, how often, and in which order. Launches of the
 * last day are taken; two days are kept, as the slots of a day depend on those of the day before.
 * @param now ms
 */
export function withSightings(
  launches: readonly Launch[],
  sightings: readonly Sighting[],
  now: number,
): readonly Launch[] {
  const byId = Map.groupBy(launches, ({ id }) => id);
  for (const sighting of sightings) {
    if (sighting.at <= now - DAY_MS) continue;
    const known = byId.get(sighting.id) ?? [];
    const match = matchOf(known, sighting);
    const others = known.filter((launch) => launch !== match);
    byId.set(sighting.id, [...others, merged(match ?? created(sighting, known), sighting)]);
  }
  return [...byId.values()]
    .flat()
    .filter(({ at }) => at > now - 2 * DAY_MS)
    .toSorted((a, b) => a.at - b.at)
    .slice(-MAX_LAUNCHES);
}

/** The launch that a sighting tells of: the one it told of before, or the nearest that only another source told of. */
function matchOf(known: readonly Launch[], { by, at }: Sighting): Launch | undefined {
  const told = (launch: Launch): number | undefined => (by === 'poll' ? launch.polledAt : launch.trailedAt);
  const again = known.find((launch) => told(launch) === at);
  if (again !== undefined) return again;
  return known
    .filter((launch) => told(launch) === undefined && Math.abs(launch.at - at) <= SAME_LAUNCH_MS)
    .toSorted((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at))[0];
}

/** A start does not say its mode: it is that of the other launches of the instance, where they are known. */
function created({ id, at, type }: Sighting, known: readonly Launch[]): Launch {
  const unlimited = known.findLast((launch) => launch.unlimited !== undefined)?.unlimited;
  return { id, at, type, credited: true, ...(unlimited === undefined ? {} : { unlimited }) };
}

/** A poll sees the mode as it is now, somebody may have switched it since the launch: CloudTrail's word counts more. */
function merged(launch: Launch, { at, by, unlimited }: Sighting): Launch {
  const told = by === 'poll' ? launch.polledAt === undefined && launch.trailedAt === undefined : true;
  const mode = told ? (unlimited ?? launch.unlimited) : (launch.unlimited ?? unlimited);
  return {
    ...launch,
    ...(by === 'poll' ? { polledAt: at } : { trailedAt: at }),
    ...(mode === undefined ? {} : { unlimited: mode }),
  };
}
