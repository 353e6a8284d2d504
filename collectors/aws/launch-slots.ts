import { burstableOf, LAUNCH_CREDITS_PER_VCPU } from './burstable.ts';
import { DAY_MS, type Launch } from './launch-ledger.ts';

/** What AWS documents; "new accounts may have a lower limit", which no API tells. */
export const DEFAULT_LIMIT = 100;

/** CloudTrail tells of a call up to 15 minutes later. Source: CloudTrail user guide, "How CloudTrail works". */
const EVENT_DELAY_MS = 15 * 60_000;

/** From when until when CloudTrail was read without a gap, ms: there, less the delay of events, the ledger is known to miss nothing. */
export interface Coverage {
  readonly since: number;
  readonly until: number;
}

export interface Slots {
  /** All of them, `credited` as it is known now. */
  readonly launches: readonly Launch[];
  /** Undefined while nothing speaks against the documented one. */
  readonly learnedLimit: number | undefined;
}

/**
 * Who got launch credits, in the order of the launches: what its first balance shows, else whether a slot was free.
 * A launch without credits takes no slot. The limit is learned from launches without credits while fewer slots were
 * taken than it allows, and from launches with credits where it was reached; the younger evidence counts.
 * Launches older than a day are not judged again.
 */
export function assignSlots(
  launches: readonly Launch[],
  learned: number | undefined,
  covered: Coverage | undefined,
  now: number,
): Slots {
  let learnedLimit = learned;
  const taken: number[] = [];
  const judged = launches.map((launch) => {
    if (launch.unlimited === true) return { ...launch, credited: false };
    while (taken[0] !== undefined && taken[0] <= launch.at - DAY_MS) taken.shift();
    if (launch.at > now - DAY_MS) {
      learnedLimit = limitAfter(launch, taken.length, learnedLimit, covered);
    }
    const credited =
      launch.at > now - DAY_MS ? gotCredits(launch, taken.length, learnedLimit) : launch.credited;
    if (credited) taken.push(launch.at);
    return { ...launch, credited };
  });
  return { launches: judged, learnedLimit };
}

/**
 * Whether the first balance shows launch credits; undefined where there was none. Half of them is the mark: even a boot
 * at full speed spends no more than 10 of 30 credits in the first two periods, and without them no more than 2 are earned
 * per vCPU.
 */
export function showsCredits({ type, firstBalance }: Launch): boolean | undefined {
  const burstable = burstableOf(type);
  if (burstable === undefined || firstBalance === undefined) return undefined;
  return firstBalance >= (burstable.vcpus * LAUNCH_CREDITS_PER_VCPU) / 2;
}

function gotCredits(launch: Launch, taken: number, limit = DEFAULT_LIMIT): boolean {
  return showsCredits(launch) ?? taken < limit;
}

function limitAfter(
  launch: Launch,
  taken: number,
  learned: number | undefined,
  covered: Coverage | undefined,
): number | undefined {
  const limit = learned ?? DEFAULT_LIMIT;
  const shows = showsCredits(launch);
  if (shows === true && taken >= limit) return taken + 1;
  const wholeDay =
    covered !== undefined &&
    launch.at - DAY_MS >= covered.since &&
    launch.at <= covered.until - EVENT_DELAY_MS;
  // a limit of none is no limit: such an instance lost its credits in another way
  if (shows === false && taken < limit && taken > 0 && wholeDay) return taken;
  return learned;
}
