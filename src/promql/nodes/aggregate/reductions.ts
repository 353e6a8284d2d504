import type { Instant } from '../node.ts';
import type { Row } from '../row.ts';
import { FloatScratch } from '../scratch.ts';

/**
 * Computes one value for each group.
 * @param groupOf the group of each position of `vector`
 * @param out over the groups; its values are 0 and nothing is present
 */
export type Reduction = (groupOf: Int32Array, vector: Instant, out: Row) => void;

/** `sum`, with the rounding errors carried along (TwoSum: the bits of Prometheus's Kahan-Neumaier sum). */
export function summing(): Reduction {
  const errors = new FloatScratch();
  return (groupOf, vector, out) => {
    const compensation = errors.zeros(out.frame.length);
    addUp(groupOf, vector, out, compensation);
    const { values } = out;
    for (let group = 0; group < out.frame.length; group++) {
      const sum = values[group] ?? 0;
      // Past the largest number, or with an infinity among the terms, the plain sum.
      if (Number.isFinite(sum)) values[group] = sum + (compensation[group] ?? 0);
    }
  };
}

/** Adds the values of each group to `out` and the errors of these additions to `compensation`. */
export function addUp(groupOf: Int32Array, vector: Instant, out: Row, compensation: Float64Array): void {
  const { length } = vector.frame;
  const { values, present } = vector;
  const { values: sums, present: found } = out;
  for (let position = 0; position < length; position++) {
    if (present[position] !== 1) continue;
    const group = groupOf[position] ?? 0;
    const x = values[position] ?? 0;
    const sum = sums[group] ?? 0;
    const next = sum + x;
    const shadow = next - sum;
    compensation[group] = (compensation[group] ?? 0) + (sum - (next - shadow) + (x - shadow));
    sums[group] = next;
    found[group] = 1;
  }
}

/** `count`. */
export function count(groupOf: Int32Array, { frame, present }: Instant, out: Row): void {
  const { length } = frame;
  const { values: counts, present: found } = out;
  for (let position = 0; position < length; position++) {
    if (present[position] !== 1) continue;
    const group = groupOf[position] ?? 0;
    counts[group] = (counts[group] ?? 0) + 1;
    found[group] = 1;
  }
}

/** `group`: 1 for each. */
export function ones(groupOf: Int32Array, { frame, present }: Instant, out: Row): void {
  const { length } = frame;
  for (let position = 0; position < length; position++) {
    if (present[position] === 1) out.set(groupOf[position] ?? 0, 1);
  }
}

/** `min`; NaN only where there is nothing else. */
export function minimum(groupOf: Int32Array, { frame, values, present }: Instant, out: Row): void {
  const { length } = frame;
  const { values: results, present: found } = out;
  for (let position = 0; position < length; position++) {
    if (present[position] !== 1) continue;
    const group = groupOf[position] ?? 0;
    const x = values[position] ?? 0;
    const known = results[group] ?? 0;
    if (found[group] !== 1 || x < known || known !== known) results[group] = x;
    found[group] = 1;
  }
}

/** `max`; NaN only where there is nothing else. */
export function maximum(groupOf: Int32Array, { frame, values, present }: Instant, out: Row): void {
  const { length } = frame;
  const { values: results, present: found } = out;
  for (let position = 0; position < length; position++) {
    if (present[position] !== 1) continue;
    const group = groupOf[position] ?? 0;
    const x = values[position] ?? 0;
    const known = results[group] ?? 0;
    if (found[group] !== 1 || x > known || known !== known) results[group] = x;
    found[group] = 1;
  }
}
