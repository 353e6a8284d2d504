import { ColumnBatch } from '../model/column-batch.ts';
import { isNamedByRows } from '../model/dataset.ts';
import { toFailure, type Failure } from '../model/failure.ts';
import type { JsonValue } from '../model/json.ts';
import type { Point } from '../model/point.ts';
import type { Batch, PointWriter } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { subjectOf, type PollCollector, type Target } from './contract.ts';
import type { OutcomeLog, PollOutcome } from './outcome-log.ts';
import { pollDataset } from './poll-dataset.ts';
import type { PollResult } from './running-poll.ts';

export interface CommitOptions {
  readonly writer: PointWriter;
  readonly metrics: SelfMetrics;
  readonly outcomes: OutcomeLog;
}

/** Of one collector; most of a large fleet's polls end while others wait for the disk. */
const MAX_SPARE = 64;
/** One that held more keeps too much memory: that of a large scraped page is megabytes. */
const MAX_SPARE_ROWS = 1024;

/** What became of a poll. */
export interface Committed {
  /** The state to go on from. */
  readonly state: JsonValue;
  /** Tells of it, unless the target is gone by now. */
  record(): void;
}

/** Hands on what polls read. */
export interface PollCommit {
  /**
   * Writes what a poll read and how it went. Gauges reach the rules whatever becomes of their documents; events do when
   * they are durable, and are asked for again when they are not.
   */
  commit(collector: PollCollector, target: Target, result: PollResult): Promise<Committed>;
  /** Ends the series that the poll of a target had: it is asked no more for now. */
  end(collector: PollCollector, target: Target, state: JsonValue): Promise<void>;
  /** A turn that could not be taken. */
  fail(collector: PollCollector, target: Target, failure: Failure): void;
}

/** The `source` of the batches of a collector and target: `octopus-api/ping:acme`, `kubernetes/pods:prod-1`. */
export function pollSource(collector: PollCollector, target: Target): string {
  return `${collector.name}:${subjectOf(target)}`;
}

export function createPollCommit({ writer, metrics, outcomes }: CommitOptions): PollCommit {
  /** By collector, batches that nobody uses now: a new one takes longer to make than to fill. */
  const spare = new Map<PollCollector, ColumnBatch[]>();

  async function commit(collector: PollCollector, target: Target, result: PollResult): Promise<Committed> {
    const { points, state, stateBefore, seconds, failure } = result;
    metrics.observe('octowatch_poll_duration_seconds', seconds, { collector: collector.name });
    const columns = spare.get(collector)?.pop() ?? new ColumnBatch();
    for (const point of points) columns.add(point, target.tenant);
    columns.add(pollPoint(collector.name, target, result), target.tenant);
    const complete = failure === undefined ? { complete: completeOf(collector, target) } : {};
    const source = pollSource(collector, target);
    const unwritten = await write({ source, position: state, columns, ...complete });
    keep(collector, columns);
    const hasEvents = points.some(({ dataset }) => dataset.kind === 'event');
    const missing = failure ?? (hasEvents ? unwritten : undefined);
    const isKept = missing === undefined && (unwritten === undefined || collector.acts !== true);
    return {
      state: isKept ? state : stateBefore,
      record: () => outcomes.record(outcomeOf(collector, target, missing, points), failure ?? unwritten),
    };
  }

  async function write(batch: Batch): Promise<Failure | undefined> {
    try {
      await writer.write(batch);
    } catch (error) {
      return toFailure(error, 'disk');
    }
    for (const { dataset, rows } of batch.columns.tables())
      metrics.increment('octowatch_points_total', { dataset: dataset.name }, rows);
    return undefined;
  }

  function keep(collector: PollCollector, columns: ColumnBatch): void {
    const batches = spare.get(collector) ?? [];
    spare.set(collector, batches);
    if (batches.length >= MAX_SPARE || columns.rows > MAX_SPARE_ROWS) return;
    columns.clear();
    batches.push(columns);
  }

  async function end(collector: PollCollector, target: Target, state: JsonValue): Promise<void> {
    const complete = completeOf(collector, target);
    const source = pollSource(collector, target);
    await write({ source, position: state, columns: new ColumnBatch(), complete });
  }

  function fail(collector: PollCollector, target: Target, failure: Failure): void {
    outcomes.record(outcomeOf(collector, target, failure, []), failure);
  }

  return { commit, end, fail };
}

/** A place has series of many tenants, an instance its own. */
function completeOf({ datasets }: PollCollector, { tenant, place }: Target): Batch['complete'] & object {
  return place === undefined ? { tenant, datasets } : { datasets };
}

function outcomeOf(
  { name: collector, datasets }: PollCollector,
  { tenant, place }: Target,
  failure: Failure | undefined,
  points: readonly Point[],
): Omit<PollOutcome, 'at'> {
  if (place === undefined) return { collector, tenant, failure };
  const tenants = new Set(points.map((point) => point.tenant ?? ''));
  const isKnown = failure === undefined && datasets.some(isNamedByRows);
  const names = isKnown ? { names: namesIn(points) } : {};
  return { collector, tenant, place, failure, tenants, ...names };
}

/** What series of datasets without names of their own are called. */
function namesIn(points: readonly Point[]): Set<string> {
  const names = new Set<string>();
  for (const { dataset, dimensions } of points)
    if (isNamedByRows(dataset)) names.add(dimensions[dataset.samples.name] ?? '');
  return names;
}

function pollPoint(collector: string, { place }: Target, { startedAt, failure }: PollResult): Point {
  const values = { octowatch_poll_success: failure === undefined ? 1 : 0 };
  const dimensions = { collector, ...(place === undefined ? {} : { place: place.name }) };
  return { dataset: pollDataset, time: startedAt, dimensions, values };
}
