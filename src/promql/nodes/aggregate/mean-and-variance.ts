import { RunningMean } from '../../kernels/running-mean.ts';
import type { Instant } from '../node.ts';
import type { Row } from '../row.ts';
import { FloatScratch } from '../scratch.ts';
import { addUp, type Reduction } from './reductions.ts';

/** `avg`: the compensated sum divided; running means from where the sum would pass the largest number. */
export function averaging(): Reduction {
  const errors = new FloatScratch();
  const sizes = new FloatScratch();
  return (groupOf, vector, out) => {
    const groups = out.frame.length;
    const compensation = errors.zeros(groups);
    const counts = sizes.zeros(groups);
    addUp(groupOf, vector, out, compensation);
    countMembers(groupOf, vector, counts);
    let overflowed = false;
    for (let group = 0; group < groups; group++) {
      const sum = out.values[group] ?? 0;
      const size = counts[group] ?? 0;
      if (!Number.isFinite(sum)) overflowed = true;
      else out.values[group] = sum / size + (compensation[group] ?? 0) / size;
    }
    if (overflowed) averageAgain(groupOf, vector, out);
  };
}

/** The groups whose sum was not finite, one after the other value by value, as Prometheus does. Rare, hence not fast. */
function averageAgain(groupOf: Int32Array, vector: Instant, out: Row): void {
  const means = new Map<number, RunningMean>();
  for (let group = 0; group < out.frame.length; group++) {
    if (out.present[group] === 1 && !Number.isFinite(out.values[group])) means.set(group, new RunningMean());
  }
  for (let position = 0; position < vector.frame.length; position++) {
    if (vector.present[position] === 1) means.get(groupOf[position] ?? 0)?.add(vector.values[position] ?? 0);
  }
  for (const [group, mean] of means) out.values[group] = mean.value;
}

function countMembers(groupOf: Int32Array, { frame, present }: Instant, counts: Float64Array): void {
  const { length } = frame;
  for (let position = 0; position < length; position++) {
    if (present[position] !== 1) continue;
    const group = groupOf[position] ?? 0;
    counts[group] = (counts[group] ?? 0) + 1;
  }
}

/** `stdvar`, of the population (Welford, plain as in Prometheus). */
export function variance(): Reduction {
  const centres = new FloatScratch();
  const sizes = new FloatScratch();
  return (groupOf, vector, out) => {
    const means = centres.zeros(out.frame.length);
    const counts = sizes.zeros(out.frame.length);
    addSquares(groupOf, vector, out, means, counts);
    const { values } = out;
    for (let group = 0; group < out.frame.length; group++)
      values[group] = (values[group] ?? 0) / (counts[group] ?? 0);
  };
}

/** `stddev`, of the population. */
export function deviation(): Reduction {
  const squares = variance();
  return (groupOf, vector, out) => {
    squares(groupOf, vector, out);
    const { values } = out;
    for (let group = 0; group < out.frame.length; group++) values[group] = Math.sqrt(values[group] ?? 0);
  };
}

function addSquares(
  groupOf: Int32Array,
  { frame, values, present }: Instant,
  out: Row,
  means: Float64Array,
  counts: Float64Array,
): void {
  const { length } = frame;
  const { values: squares, present: found } = out;
  for (let position = 0; position < length; position++) {
    if (present[position] !== 1) continue;
    const group = groupOf[position] ?? 0;
    const size = (counts[group] ?? 0) + 1;
    const x = values[position] ?? 0;
    const delta = x - (means[group] ?? 0);
    const mean = (means[group] ?? 0) + delta / size;
    squares[group] = (squares[group] ?? 0) + delta * (x - mean);
    means[group] = mean;
    counts[group] = size;
    found[group] = 1;
  }
}
