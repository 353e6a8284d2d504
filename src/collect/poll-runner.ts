import { ColumnBatch } from '../model/column-batch.ts';
import type { Dataset } from '../model/dataset.ts';
import { Failure, toFailure } from '../model/failure.ts';
import type { JsonValue } from '../model/json.ts';
import type { Point } from '../model/point.ts';
import type { Batch, Clock, Log, PointWriter, Random } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { subjectOf, type Fleet, type PollCollector, type Target } from './contract.ts';
import { createOutcomeLog, type PollOutcome } from './outcome-log.ts';
import { pollDataset } from './poll-dataset.ts';
import { pollOnce, type PollResult } from './poll-once.ts';
import { createSlots } from './slots.ts';

const DEADLINE_MS = 10_000;
const MAX_START_JITTER_MS = 15_000;
const CONCURRENCY = 128;

export interface PollRunnerOptions {
  readonly collectors: readonly PollCollector[];
  readonly writer: PointWriter;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  /** The durable position of a source, from which its first poll goes on. */
  readonly positions: (source: string) => JsonValue | undefined;
  /** Overrides a collector's own interval, in ms. */
  readonly intervalMs?: (collector: PollCollector) => number | undefined;
  /** Whether a collector is the source of a dataset for a target. */
  readonly isSource: (collector: string, target: Target, dataset: Dataset) => boolean;
  readonly fleet: Fleet;
  /** Hears of every poll that ended. */
  readonly onOutcome?: (outcome: PollOutcome) => void;
  /** Polls at a time over all targets; default 128. */
  readonly concurrency?: number;
}

export interface PollRunner {
  /** Polls until the signal is aborted; resolves when every poll has ended. */
  run(targets: readonly Target[], signal: AbortSignal): Promise<void>;
  /** The targets from now on; a target that stays keeps its rhythm and takes its new values at the next poll. */
  setTargets(targets: readonly Target[]): void;
  /** One poll of one target, writing nothing. */
  pollOnce(collector: PollCollector, target: Target, signal: AbortSignal): Promise<PollResult>;
}

/** The `source` of the batches of a collector and target: `octopus-api/ping:acme`, `kubernetes/pods:prod-1`. */
export function pollSource(collector: PollCollector, target: Target): string {
  return `${collector.name}:${subjectOf(target)}`;
}

/** Polls every target with every collector, each pair in its own rhythm, so that one that hangs delays no other. */
export function createPollRunner(options: PollRunnerOptions): PollRunner {
  const { collectors, writer, clock, random, metrics, positions, concurrency = CONCURRENCY } = options;
  const slots = createSlots(concurrency);
  const outcomes = createOutcomeLog(options);
  const running = new Map<string, { target: Target; stop: AbortController }>();
  const loops = new Set<Promise<void>>();
  let life: AbortSignal | undefined;

  async function run(targets: readonly Target[], signal: AbortSignal): Promise<void> {
    life = signal;
    setTargets(targets);
    if (!signal.aborted) await aborted(signal);
    for (const { stop } of running.values()) stop.abort(signal.reason);
    running.clear();
    await Promise.all(loops);
  }

  function setTargets(targets: readonly Target[]): void {
    if (life === undefined || life.aborted) return;
    const wanted = new Map(targets.map((target) => [keyOf(target), target]));
    for (const key of running.keys()) if (!wanted.has(key)) remove(key);
    for (const [key, target] of wanted) {
      const known = running.get(key);
      if (known === undefined) add(target);
      else known.target = target;
    }
  }

  function add(target: Target): void {
    const entry = { target, stop: new AbortController() };
    running.set(keyOf(target), entry);
    for (const collector of collectors.filter(({ reads }) => reads === target.place?.kind)) {
      const loop = pollForever(collector, entry, entry.stop.signal);
      loops.add(loop);
      void loop.finally(() => loops.delete(loop));
    }
  }

  function remove(key: string): void {
    const entry = running.get(key);
    if (entry === undefined) return;
    entry.stop.abort(new Failure('aborted', 'the target is gone'));
    running.delete(key);
    outcomes.forget(entry.target);
  }

  async function pollForever(
    collector: PollCollector,
    entry: { target: Target },
    stop: AbortSignal,
  ): Promise<void> {
    const interval = intervalOf(collector);
    let state = positions(pollSource(collector, entry.target)) ?? null;
    let ended = true;
    let next = clock.now() + random() * Math.min(interval, MAX_START_JITTER_MS);
    while (await slept(next - clock.now(), stop)) {
      const { target } = entry;
      if (!ended) recordStillRunning(collector, target);
      else if (serves(collector, target)) {
        const result = await pollInSlot(collector, target, state, stop);
        if (result === undefined) return;
        ended = false;
        void result.ended.then(() => (ended = true));
        state = await commit(collector, target, result);
      }
      next = turnAfter(next, interval, clock.now());
    }
  }

  /** Undefined when it was stopped meanwhile: that is no outcome. */
  async function pollInSlot(
    collector: PollCollector,
    target: Target,
    state: JsonValue,
    stop: AbortSignal,
  ): Promise<PollResult | undefined> {
    const release = await slots.acquire(stop).catch(ignore);
    if (release === undefined) return undefined;
    const result = await pollOf(collector, target, stop, state);
    release();
    return stop.aborted ? undefined : result;
  }

  function pollOf(
    collector: PollCollector,
    target: Target,
    signal: AbortSignal,
    state: JsonValue = positions(pollSource(collector, target)) ?? null,
  ): Promise<PollResult> {
    const deadlineMs = Math.min(intervalOf(collector), collector.deadlineMs ?? DEADLINE_MS);
    const isSource = (dataset: Dataset): boolean => options.isSource(collector.name, target, dataset);
    return pollOnce(collector, target, { ...options, state, deadlineMs, isSource }, signal);
  }

  /**
   * Writes what a poll read and how it went; returns the state to go on from. Gauges reach the rules whatever becomes
   * of their documents; events do when they are durable, and are asked for again when they are not.
   */
  async function commit(collector: PollCollector, target: Target, result: PollResult): Promise<JsonValue> {
    const unwritten = await write(collector, target, result);
    const hasEvents = result.points.some(({ dataset }) => dataset.kind === 'event');
    const missing = result.failure ?? (hasEvents ? unwritten : undefined);
    outcomes.record(outcomeOf(collector, target, missing, result.points), result.failure ?? unwritten);
    return missing === undefined ? result.state : result.stateBefore;
  }

  function recordStillRunning(collector: PollCollector, target: Target): void {
    const failure = new Failure('timeout', 'the poll before has not ended although it was stopped');
    outcomes.record(outcomeOf(collector, target, failure, []), failure);
  }

  async function write(
    collector: PollCollector,
    target: Target,
    result: PollResult,
  ): Promise<Failure | undefined> {
    const columns = new ColumnBatch();
    for (const point of result.points) columns.add(point, target.tenant);
    columns.add(pollPoint(collector.name, target, result), target.tenant);
    try {
      await writer.write({
        source: pollSource(collector, target),
        position: result.state,
        columns,
        ...(result.failure === undefined ? { complete: completeOf(collector, target) } : {}),
      });
      countPoints(columns);
      return undefined;
    } catch (error) {
      return toFailure(error, 'disk');
    }
  }

  function countPoints(columns: ColumnBatch): void {
    for (const { dataset, rows } of columns.tables()) {
      metrics.increment('octowatch_points_total', { dataset: dataset.name }, rows);
    }
  }

  function intervalOf(collector: PollCollector): number {
    return options.intervalMs?.(collector) ?? collector.intervalMs;
  }

  /** A collector that is the source of nothing for a target is not asked. */
  function serves({ name, datasets }: PollCollector, target: Target): boolean {
    return datasets.some((dataset) => options.isSource(name, target, dataset));
  }

  /** False when stopped. */
  async function slept(ms: number, signal: AbortSignal): Promise<boolean> {
    try {
      await clock.sleep(Math.max(0, ms), signal);
      return !signal.aborted;
    } catch {
      return false;
    }
  }

  return { run, setTargets, pollOnce: (collector, target, signal) => pollOf(collector, target, signal) };
}

function keyOf({ tenant, place }: Target): string {
  return place === undefined ? tenant : `${place.kind}:${place.name}`;
}

/** A place has series of many tenants, an instance its own. */
function completeOf({ datasets }: PollCollector, { tenant, place }: Target): Batch['complete'] & object {
  return place === undefined ? { tenant, datasets } : { datasets };
}

function outcomeOf(
  { name: collector }: PollCollector,
  { tenant, place }: Target,
  failure: Failure | undefined,
  points: readonly Point[],
): Omit<PollOutcome, 'at'> {
  if (place === undefined) return { collector, tenant, failure };
  const tenants =
    failure === undefined ? { tenants: new Set(points.map((point) => point.tenant ?? '')) } : {};
  return { collector, tenant, place, failure, ...tenants };
}

function pollPoint(collector: string, { place }: Target, { startedAt, seconds, failure }: PollResult): Point {
  const values = {
    octowatch_poll_success: failure === undefined ? 1 : 0,
    octowatch_poll_duration_seconds: seconds,
  };
  const dimensions = { collector, ...(place === undefined ? {} : { place: place.name }) };
  return { dataset: pollDataset, time: startedAt, dimensions, values };
}

/** The rhythm's next turn, never further away than one interval: the clock may have been set back. */
function turnAfter(turn: number, interval: number, now: number): number {
  const next = turn + interval * Math.max(1, Math.ceil((now - turn) / interval));
  return Math.min(next, now + interval);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function ignore(): undefined {
  return undefined;
}
