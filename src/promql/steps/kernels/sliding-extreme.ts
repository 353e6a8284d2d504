import type { StepKernel } from './step-kernel.ts';

let queue = new Int32Array(1024);

/**
 * `max_over_time` (sign 1) and `min_over_time` (-1): candidates for the extreme wait in a queue, each worse than the one
 * before it. NaN only where there is nothing else.
 */
export function slidingExtreme(sign: 1 | -1): StepKernel {
  return ({ values, length }, { count, from, to }, row) => {
    if (queue.length < length) queue = new Int32Array(length * 2);
    let head = 0;
    let tail = 0;
    let next = 0;
    for (let step = 0; step < count; step++) {
      const low = from[step] ?? 0;
      const high = to[step] ?? 0;
      for (; next < high; next++) {
        const value = (values[next] ?? 0) * sign;
        if (value !== value) continue;
        // Of equal ones the first stays in front, as zeros differ in sign.
        while (tail > head && (values[queue[tail - 1] ?? 0] ?? 0) * sign < value) tail--;
        queue[tail++] = next;
      }
      while (head < tail && (queue[head] ?? 0) < low) head++;
      if (low >= high) continue;
      row.present[step] = 1;
      row.values[step] = head < tail ? (values[queue[head] ?? 0] ?? 0) : Number.NaN;
    }
  };
}
