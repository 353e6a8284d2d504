import type { Dataset } from '../model/dataset.ts';
import { Failure, toFailure } from '../model/failure.ts';
import type { JsonValue } from '../model/json.ts';
import type { Point } from '../model/point.ts';
import type { Clock, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { subjectOf, type CollectContext, type Fleet, type PollCollector, type Target } from './contract.ts';

/** How long a poll may go on after its signal. */
const GRACE_MS = 1000;
const MAX_POINTS = 100_000;

export interface PollOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  /** What the last durable poll left. */
  readonly state: JsonValue;
  readonly deadlineMs: number;
  readonly fleet: Fleet;
  readonly isSource: (dataset: Dataset) => boolean;
}

/** What one poll read, or why it could not. */
export interface PollResult {
  /** ms since the epoch. */
  readonly startedAt: number;
  readonly seconds: number;
  readonly points: readonly Point[];
  /** The state to commit with the points: that from before when the poll failed. */
  readonly state: JsonValue;
  readonly stateBefore: JsonValue;
  readonly failure?: Failure;
  /** Resolves when the collector has really ended, also one that was given up. */
  readonly ended: Promise<void>;
}

/**
 * Runs one poll to its end, or to its deadline: then its signal is aborted, and 1 s later it is given up.
 * Never throws.
 */
export async function pollOnce(
  collector: PollCollector,
  target: Target,
  options: PollOptions,
  signal: AbortSignal,
): Promise<PollResult> {
  const { clock, state, deadlineMs } = options;
  const deadline = new AbortController();
  const over = new AbortController();
  const startedAt = clock.now();
  const context = contextOf(collector, target, options, AbortSignal.any([signal, deadline.signal]));
  void atDeadline(clock, deadlineMs, over.signal, () => {
    deadline.abort(new Failure('timeout', `no result within ${deadlineMs} ms`));
  });
  const reading = readAll(collector, target, context);
  const took = (): number => Math.max(0, clock.now() - startedAt) / 1000;
  const base = { startedAt, stateBefore: state, ended: reading.then(ignore, ignore) };
  try {
    const points = await Promise.race([reading, giveUp(clock, context.signal, over.signal)]);
    return { ...base, seconds: took(), points, state: context.state };
  } catch (error) {
    const failure = failureOf(error, context.signal);
    return { ...base, seconds: took(), points: [], state, failure };
  } finally {
    over.abort();
  }
}

function contextOf(
  { name }: PollCollector,
  target: Target,
  { clock, log, metrics, state, fleet, isSource }: PollOptions,
  signal: AbortSignal,
): CollectContext {
  const whose = target.place === undefined ? { tenant: target.tenant } : { place: subjectOf(target) };
  return { signal, clock, metrics, state, fleet, isSource, log: log.child({ collector: name, ...whose }) };
}

async function readAll(collector: PollCollector, target: Target, context: CollectContext): Promise<Point[]> {
  const points: Point[] = [];
  for await (const some of collector.poll(target, context)) {
    for (const point of some) points.push(point);
    if (points.length > MAX_POINTS)
      throw new Failure('too_large', `more than ${MAX_POINTS} points in one poll`);
  }
  return points;
}

async function atDeadline(clock: Clock, ms: number, over: AbortSignal, act: () => void): Promise<void> {
  try {
    await clock.sleep(ms, over);
    act();
  } catch {
    // the poll ended first
  }
}

/** Rejects once the grace after an abort has passed; never settles when the poll ends first. */
function giveUp(clock: Clock, aborted: AbortSignal, over: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const start = (): void => {
      void atDeadline(clock, GRACE_MS, over, () => reject(aborted.reason));
    };
    if (aborted.aborted) start();
    else aborted.addEventListener('abort', start, { once: true, signal: over });
  });
}

/** A collector that stopped because of its signal failed for the signal's reason. */
function failureOf(error: unknown, signal: AbortSignal): Failure {
  const failure = toFailure(error, 'malformed');
  if (!signal.aborted || failure.reason !== 'aborted') return failure;
  return toFailure(signal.reason, 'aborted');
}

function ignore(): void {}
