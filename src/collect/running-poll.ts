import type { Dataset } from '../model/dataset.ts';
import { Failure, toFailure } from '../model/failure.ts';
import type { JsonValue } from '../model/json.ts';
import type { Point } from '../model/point.ts';
import type { Clock, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { subjectOf, type CollectContext, type Fleet, type PollCollector, type Target } from './contract.ts';

const MAX_POINTS = 100_000;

/** How long a poll may go on after it was asked to end, ms. */
export const GRACE_MS = 1000;

export interface PollOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  /** What the last durable poll left. */
  readonly state: JsonValue;
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

/** A poll under way. Whoever began it minds its deadline. */
export interface RunningPoll {
  /** Never rejects. */
  readonly result: Promise<PollResult>;
  /** Asks the collector to end; the poll failed for that reason. */
  stop(reason: Failure): void;
  /** Waits no longer for a collector that was asked to end. */
  giveUp(): void;
}

/** Begins a poll. */
export function beginPoll(collector: PollCollector, target: Target, options: PollOptions): RunningPoll {
  const { clock, state } = options;
  const life = new AbortController();
  const givenUp = Promise.withResolvers<never>();
  const context = new PollContext(collector, target, options, life.signal);
  const startedAt = clock.now();
  const points: Point[] = [];
  const reading = readAll(collector, target, context, points);
  const base = { startedAt, stateBefore: state, ended: reading.then(ignore, ignore) };

  async function resultOf(): Promise<PollResult> {
    try {
      await Promise.race([reading, givenUp.promise]);
      return { ...base, seconds: secondsSince(startedAt, clock), points, state: context.state };
    } catch (error) {
      const failure = failureOf(error, life.signal);
      const known = probesOf(collector, points);
      return { ...base, seconds: secondsSince(startedAt, clock), points: known, state, failure };
    }
  }

  return {
    result: resultOf(),
    stop: (reason) => life.abort(reason),
    giveUp: () => givenUp.reject(life.signal.reason),
  };
}

/** The log is made when something is logged: hardly ever. */
class PollContext implements CollectContext {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly metrics: SelfMetrics;
  readonly fleet: Fleet;
  state: JsonValue;
  readonly #options: PollOptions;
  readonly #whose: object;

  constructor({ name }: PollCollector, target: Target, options: PollOptions, signal: AbortSignal) {
    this.signal = signal;
    this.clock = options.clock;
    this.metrics = options.metrics;
    this.fleet = options.fleet;
    this.state = options.state;
    this.#options = options;
    this.#whose =
      target.place === undefined
        ? { collector: name, tenant: target.tenant }
        : { collector: name, place: subjectOf(target) };
  }

  get log(): Log {
    return this.#options.log.child(this.#whose);
  }

  isSource(dataset: Dataset): boolean {
    return this.#options.isSource(dataset);
  }
}

async function readAll(
  collector: PollCollector,
  target: Target,
  context: CollectContext,
  points: Point[],
): Promise<void> {
  for await (const some of collector.poll(target, context)) {
    for (const point of some) points.push(point);
    if (points.length > MAX_POINTS)
      throw new Failure('too_large', `more than ${MAX_POINTS} points in one poll`);
  }
}

/** What a poll that failed has said of how it went. */
function probesOf({ probes }: PollCollector, points: readonly Point[]): readonly Point[] {
  return probes === undefined ? [] : points.filter(({ dataset }) => probes.includes(dataset));
}

/** A collector that stopped because of its signal failed for the signal's reason. */
function failureOf(error: unknown, signal: AbortSignal): Failure {
  const failure = toFailure(error, 'malformed');
  if (!signal.aborted || failure.reason !== 'aborted') return failure;
  return toFailure(signal.reason, 'aborted');
}

function secondsSince(start: number, clock: Clock): number {
  return Math.max(0, clock.now() - start) / 1000;
}

function ignore(): void {}
