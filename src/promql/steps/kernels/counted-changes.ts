import type { StepKernel } from './step-kernel.ts';

let counts = new Int32Array(1024);

/** `changes`: counted once, the windows are differences. */
export const countedChanges: StepKernel = ({ values, length }, { count, from, to }, row) => {
  if (counts.length < length) counts = new Int32Array(length * 2);
  let changes = 0;
  let previous = values[0] ?? 0;
  for (let i = 0; i < length; i++) {
    const value = values[i] ?? 0;
    if (value !== previous && (value === value || previous === previous)) changes++;
    previous = value;
    counts[i] = changes;
  }
  for (let step = 0; step < count; step++) {
    const low = from[step] ?? 0;
    const high = to[step] ?? 0;
    if (low >= high) continue;
    row.present[step] = 1;
    row.values[step] = (counts[high - 1] ?? 0) - (counts[low] ?? 0);
  }
};
