import type { Event } from '@aws-sdk/client-cloudtrail';
import { z } from 'zod';
import type { AwsClient } from '../../src/aws/client.ts';
import { toFailure, type Failure } from '../../src/model/failure.ts';
import type { Clock } from '../../src/model/ports.ts';
import { withDeadline } from '../../src/model/with-deadline.ts';
import { DAY_MS } from './launch-ledger.ts';
import type { Coverage } from './launch-slots.ts';
import { launchesOf, type TrailLaunch } from './trail-events.ts';

const EVERY_MS = 600_000;
/** Events come up to 15 minutes late, as AWS says; what comes later is found by the readings of a whole day. */
const OVERLAP_MS = 30 * 60_000;
const WHOLE_DAY_EVERY_MS = 3_600_000;
/** A day, and an hour to be sure. */
const WHOLE_DAY_MS = DAY_MS + 3_600_000;
/** `LookupEvents` takes two requests a second, and others of the account need some of them. */
const PAGES_PER_POLL = 20;
/** The ledger does not wait for a service that throttles. */
const DEADLINE_MS = 25_000;
const EVENT_NAMES = ['RunInstances', 'StartInstances'] as const;

const readingSchema = z.object({
  startedAt: z.number(),
  wholeDay: z.boolean(),
  /** ms; events before it are not asked for. */
  from: z.number(),
  /** Names whose events are not all read; those of the first are read back to `to`. */
  names: z.array(z.enum(EVENT_NAMES)),
  to: z.number().optional(),
});
type Reading = z.output<typeof readingSchema>;

export const trailSchema = z.object({
  /** What was read without a gap, ms. */
  covered: z.object({ since: z.number(), until: z.number() }).optional(),
  wholeDayAt: z.number().optional(),
  /** One that took more pages than a poll has. */
  reading: readingSchema.optional(),
});

/** How far CloudTrail was read. */
export type TrailPosition = Readonly<z.output<typeof trailSchema>>;

export interface TrailRead {
  readonly position: TrailPosition;
  readonly launches: readonly TrailLaunch[];
  /** Events that are not what CloudTrail promises. */
  readonly refused: number;
  /** Why it ended early; the position is that of what was read all the same. */
  readonly failure?: Failure;
}

/**
 * Reads launches from CloudTrail: every 10 minutes what is new, every hour the whole day once more, in steps of 20 pages.
 * Never throws but when aborted.
 */
export async function readTrail(
  aws: Pick<AwsClient<'cloudtrail:LookupEvents'>, 'pages'>,
  before: TrailPosition,
  clock: Clock,
  signal: AbortSignal,
): Promise<TrailRead> {
  const now = clock.now();
  const found: Found = { launches: [], refused: 0, pages: 0 };
  const due = resumable(before.reading, now) ?? dueReading(before, now);
  if (due === undefined) return { position: before, ...found };
  let reading: Reading = due;
  try {
    await withDeadline(clock, DEADLINE_MS, signal, async (until) => {
      while (reading.names.length > 0 && found.pages < PAGES_PER_POLL)
        reading = await readSome(aws, reading, found, until);
    });
  } catch (error) {
    signal.throwIfAborted();
    return { position: { ...before, reading }, ...found, failure: toFailure(error, 'malformed') };
  }
  const position = reading.names.length > 0 ? { ...before, reading } : after(before, reading);
  return { position, ...found };
}

interface Found {
  readonly launches: TrailLaunch[];
  refused: number;
  pages: number;
}

/** One that was begun, unless the clock was set back since; nothing older than a day is of use. */
function resumable(reading: Reading | undefined, now: number): Reading | undefined {
  if (reading === undefined || reading.startedAt > now) return undefined;
  return { ...reading, from: Math.max(reading.from, now - WHOLE_DAY_MS) };
}

/** What is to be read now; a clock that was set back reads the day again. */
function dueReading({ covered, wholeDayAt = -Infinity }: TrailPosition, now: number): Reading | undefined {
  const since = now - (covered?.until ?? -Infinity);
  if (since >= 0 && since < EVERY_MS) return undefined;
  const wholeDay = since < 0 || since > DAY_MS || !(now - wholeDayAt < WHOLE_DAY_EVERY_MS);
  const from = wholeDay ? now - WHOLE_DAY_MS : now - since - OVERLAP_MS;
  return { startedAt: now, wholeDay, from, names: [...EVENT_NAMES] };
}

/** Reads pages of one name, the newest events first, until it has all or has used up the pages. */
async function readSome(
  aws: Pick<AwsClient<'cloudtrail:LookupEvents'>, 'pages'>,
  { to, ...reading }: Reading,
  found: Found,
  signal: AbortSignal,
): Promise<Reading> {
  const input = {
    LookupAttributes: [{ AttributeKey: 'EventName' as const, AttributeValue: reading.names[0] }],
    StartTime: new Date(reading.from),
    ...(to === undefined ? {} : { EndTime: new Date(to) }),
  };
  let oldest = Infinity;
  for await (const { Events = [], NextToken } of aws.pages('cloudtrail:LookupEvents', input, signal)) {
    for (const event of Events) {
      take(event, found);
      oldest = Math.min(oldest, event.EventTime?.getTime() ?? Infinity);
    }
    if (++found.pages >= PAGES_PER_POLL && NextToken !== undefined)
      return { ...reading, ...nextEnd(to, oldest) };
  }
  return { ...reading, names: reading.names.slice(1) };
}

function take(event: Event, found: Found): void {
  const launches = launchesOf(event);
  if (launches === undefined) found.refused++;
  else found.launches.push(...launches);
}

/** Where to go on: at the oldest event that was read, once more, as others of its second may follow. */
function nextEnd(to: number | undefined, oldest: number): Pick<Reading, 'to'> {
  if (!Number.isFinite(oldest)) return to === undefined ? {} : { to };
  return { to: to === undefined ? oldest : Math.min(oldest, to - 1000) };
}

function after({ covered, wholeDayAt }: TrailPosition, reading: Reading): TrailPosition {
  const { from, startedAt, wholeDay } = reading;
  const joins = covered !== undefined && covered.until <= startedAt && covered.until >= from;
  const next: Coverage = { since: joins ? Math.min(covered.since, from) : from, until: startedAt };
  const readAt = wholeDay ? startedAt : wholeDayAt;
  return { covered: next, ...(readAt === undefined ? {} : { wholeDayAt: readAt }) };
}
