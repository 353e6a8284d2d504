import { isStale, type Series } from '../../model/series.ts';
import type { VectorSelector } from '../tree.ts';
import { isOfOneMetric } from './demand.ts';
import { lockstep } from './kernels/lockstep.ts';
import { lookTimes, type LookTimes } from './look-times.ts';
import { SeriesFrame } from './series-frame.ts';
import type { StepPlan, VectorSteps } from './step-node.ts';
import type { StepRow } from './step-row.ts';
import { StepRows } from './step-rows.ts';

/** Writes something of the newest sample at each moment. @returns whether there is one at all */
type Fill = (series: Series, times: LookTimes, lookbackMs: number, row: StepRow) => boolean;

/** What is known of a series before it is looked at step by step: whether any of its samples can be of use. */
export type SeriesTest = (values: Float64Array) => boolean;

/** The newest sample of each series at every step. @param wanted series without such a sample have no row */
export function selectorSteps(selector: VectorSelector, plan: StepPlan, wanted?: SeriesTest): VectorSteps {
  return newestSteps(selector, plan, fillValues, wanted);
}

/** The samples' own times instead of their values, in seconds. */
export function sampleTimeSteps(selector: VectorSelector, plan: StepPlan): VectorSteps {
  return newestSteps(selector, plan, fillTimes);
}

function newestSteps(
  selector: VectorSelector,
  { context, reader, pool }: StepPlan,
  fill: Fill,
  wanted?: SeriesTest,
): VectorSteps {
  const known = new SeriesFrame();
  const { lookbackMs } = context;
  return {
    type: 'vector',
    frame: known.frame,
    over(range, demand) {
      const asked = isOfOneMetric(selector.matchers) ? demand : undefined;
      const times = lookTimes(selector, range, context);
      const result = new StepRows();
      known.begin();
      context.check();
      for (const series of reader.select(selector.matchers, wholeRange(times, lookbackMs))) {
        context.spend(series.values.length);
        const position = known.positionOf(series.labels);
        if (asked?.wants(series.labels) === false || wanted?.(series.values) === false) continue;
        const row = pool.take(range.count);
        if (fill(series, times, lookbackMs, row)) result.push(position, row);
        else pool.give(row);
      }
      return result.ordered(pool);
    },
  };
}

function wholeRange({ first, last }: LookTimes, lookbackMs: number): { start: number; end: number } {
  return { start: first - lookbackMs, end: last };
}

function fillValues(
  { timestamps, values }: Series,
  { first, stride, count }: LookTimes,
  lookbackMs: number,
  row: StepRow,
): boolean {
  const { length } = timestamps;
  let found = false;
  let next = 0;
  let step = 0;
  let time = first;
  while (step < count) {
    while (next < length && (timestamps[next] ?? 0) <= time) next++;
    const isRecent = next > 0 && (timestamps[next - 1] ?? 0) > time - lookbackMs;
    if (isRecent && copyValue(values, next - 1, row, step)) found = true;
    step++;
    time += stride;
    // What comes between two steps is recent at the second one.
    const run = stride > lookbackMs ? 0 : lockstep(timestamps, length, next, time, stride, count - step);
    if (run > 0 && copyValues(values, next, run, row, step)) found = true;
    step += run;
    next += run;
    time += run * stride;
  }
  return found;
}

/** Copies the value of a sample to a step, unless it is a stale marker. @returns whether it is none */
function copyValue(
  values: Float64Array,
  index: number,
  { values: out, present }: StepRow,
  step: number,
): boolean {
  const value = values[index] ?? 0;
  if (value !== value && isStale(values, index)) return false;
  out[step] = value;
  present[step] = 1;
  return true;
}

/** The same of one sample after the other to as many steps. */
function copyValues(
  values: Float64Array,
  from: number,
  length: number,
  { values: out, present }: StepRow,
  step: number,
): boolean {
  out.set(values.subarray(from, from + length), step);
  present.fill(1, step, step + length);
  let stale = 0;
  for (let i = 0; i < length; i++) {
    const value = values[from + i] ?? 0;
    if (value === value || !isStale(values, from + i)) continue;
    present[step + i] = 0;
    stale++;
  }
  return stale < length;
}

function fillTimes(series: Series, times: LookTimes, lookbackMs: number, row: StepRow): boolean {
  if (!fillValues(series, times, lookbackMs, row)) return false;
  const { timestamps } = series;
  let next = 0;
  let time = times.first;
  for (let step = 0; step < times.count; step++) {
    while (next < timestamps.length && (timestamps[next] ?? 0) <= time) next++;
    row.values[step] = (timestamps[next - 1] ?? 0) / 1000;
    time += times.stride;
  }
  return true;
}
