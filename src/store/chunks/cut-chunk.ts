import { createMatcher } from '../../model/matcher.ts';
import type { SeriesReader, TimeRange } from '../../model/series.ts';
import type { ChunkWriter } from './chunk-writer.ts';
import { TimelineTable } from './timeline-table.ts';
import { Slice, yieldTo } from './yield-to.ts';

/** What chunks are cut from: the head. Other code may run between two steps of an iteration. */
export interface CutSource extends SeriesReader {
  /** The names of the metrics that have series. */
  metricNames(): Iterable<string>;
}

/** Writes all samples of a range, a metric at a time and in slices. */
export async function cutChunk(
  source: CutSource,
  range: TimeRange,
  writer: ChunkWriter,
  signal: AbortSignal,
): Promise<void> {
  const timelines = new TimelineTable();
  const slice = new Slice();
  const add = (times: Float64Array): number => writer.addTimeline(times);
  for (const name of [...source.metricNames()].toSorted()) {
    for (const { labels, timestamps, values } of source.select([named(name)], range)) {
      writer.add(labels, timelines.numberOf(timestamps, add), values);
      if (writer.isFull) await writer.flush(name);
      if (slice.isOver(values.length)) await yieldTo(signal);
    }
    await writer.flush(name);
  }
}

/** The time of the oldest sample in a range; undefined when there is none. */
export async function oldestIn(
  source: CutSource,
  range: TimeRange,
  signal: AbortSignal,
): Promise<number | undefined> {
  let oldest = Number.POSITIVE_INFINITY;
  const slice = new Slice();
  for (const { timestamps } of source.select([], range)) {
    oldest = Math.min(oldest, timestamps[0] ?? oldest);
    if (slice.isOver(0)) await yieldTo(signal);
  }
  return Number.isFinite(oldest) ? oldest : undefined;
}

function named(name: string): ReturnType<typeof createMatcher> {
  return createMatcher('__name__', '=', name);
}
