import { labelValue, METRIC_NAME, type Labels } from '../../src/model/labels.ts';
import { createMatcher } from '../../src/model/matcher.ts';
import { isStale, type SeriesReader, type TimeRange } from '../../src/model/series.ts';

/** Two samples that are further apart have a gap between them, ms. */
const GAP_MS = 300_000;
/** What a gauge says of the time before its first sample, ms: a metrics server averages over less. */
const GAUGE_MS = 60_000;
/** A series that has not been seen for so long is forgotten, ms. */
const FORGET_MS = 600_000;

/** What a series grew by between two samples; a gauge grows by its value each second. */
export interface Increment {
  readonly labels: Labels;
  /** ms */
  readonly from: number;
  readonly to: number;
  readonly amount: number;
}

/** Reads a metric again and again, each sample once. */
export interface IncrementReader {
  read(series: SeriesReader, range: TimeRange): Iterable<Increment>;
}

/** Of the series of containers: those of whole pods and of the sandbox say the same again. */
export function createIncrementReader(metric: string, type: 'gauge' | 'counter'): IncrementReader {
  const matchers = [createMatcher(METRIC_NAME, '=', metric), createMatcher('container', '!~', '|POD')];
  /** By series, the last sample that was read: its time and its value. */
  const last = new Map<string, { time: number; value: number }>();

  function* read(series: SeriesReader, range: TimeRange): Iterable<Increment> {
    for (const { labels, timestamps, values } of series.select(matchers, range)) {
      const key = keyOf(labels);
      let before = last.get(key);
      for (let i = 0; i < timestamps.length; i++) {
        const [time = 0, value = Number.NaN] = [timestamps[i], values[i]];
        if (isStale(values, i) || !Number.isFinite(value)) continue;
        if (before !== undefined && time <= before.time) continue;
        const found = incrementOf(type, before, time, value);
        if (found !== undefined) yield { labels, ...found };
        before = { time, value };
      }
      if (before !== undefined) last.set(key, before);
    }
    for (const [key, { time }] of last) if (time < range.end - FORGET_MS) last.delete(key);
  }

  return { read };
}

function incrementOf(
  type: 'gauge' | 'counter',
  before: { readonly time: number; readonly value: number } | undefined,
  time: number,
  value: number,
): Omit<Increment, 'labels'> | undefined {
  const isNear = before !== undefined && time - before.time <= GAP_MS;
  if (type === 'gauge') {
    const from = isNear ? before.time : time - GAUGE_MS;
    return { from, to: time, amount: (value * (time - from)) / 1000 };
  }
  if (!isNear) return undefined;
  // A counter that fell began anew.
  return { from: before.time, to: time, amount: value < before.value ? value : value - before.value };
}

function keyOf(labels: Labels): string {
  return ['cluster', 'instance', 'namespace', 'pod', 'container']
    .map((name) => labelValue(labels, name))
    .join('\n');
}
