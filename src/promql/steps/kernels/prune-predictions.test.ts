import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { prediction } from '../../kernels/regression.ts';
import { parseExpression } from '../../parser.ts';
import type { Binary } from '../../tree.ts';
import { findWindows } from './find-windows.ts';
import { prunePredictions } from './prune-predictions.ts';

const COUNT = 60;
const STEP = 60_000;
const START = 1_800_000_000_000;

/** Disks that fill up, noise, things that stand still, numbers of all sizes. */
const shape = fc.constantFrom<(x: number, noise: number, size: number) => number>(
  (x, noise, size) => size * (1 - x / 200) + noise * size * 1e-3,
  (_x, noise, size) => noise * size,
  (_x, _noise, size) => size,
  (x, noise, size) => size + x * 1e-9 * size + (noise > 0.9 ? 1e-12 * size : 0),
  (x, noise, size) => (noise > 0.98 ? 0 : size * Math.sin(x / 9)),
);
const size = fc.constantFrom(1, 1e-6, 4e10, 1e15, 1e300, -5e12);
const input = fc.record({
  shape,
  size,
  noise: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 120, maxLength: 120 }),
  rangeMs: fc.constantFrom(120_000, 600_000, 3_600_000, 21_600_000),
  ahead: fc.constantFrom(0, 60, 86_400, 30 * 86_400, -3600),
  /** How far the bound is from a prediction, in parts of the size: 0 is as near as can be. */
  distance: fc.constantFrom(0, 1e-15, 1e-12, -1e-12, 1e-9, 1e-3, -1e-3, 1, -1),
  operator: fc.constantFrom('<', '<=', '>', '>='),
});

test('no window is emptied of which the exact prediction would be kept', () => {
  fc.assert(
    fc.property(input, ({ shape: valueAt, size: scale, noise, rangeMs, ahead, distance, operator }) => {
      const timestamps = Float64Array.from(
        noise,
        (jitter, i) => START + (i - 60) * STEP + Math.floor(jitter * 9000),
      );
      const values = Float64Array.from(noise, (jitter, i) => valueAt(i, jitter, scale));
      const length = noise.length;
      const times = { first: START, stride: STEP, count: COUNT };
      const windows = () => {
        const [from, to] = [new Int32Array(COUNT), new Int32Array(COUNT)];
        findWindows(timestamps, length, times, rangeMs, from, to);
        return { count: COUNT, from, to, time: START, step: STEP, end: START, stride: STEP, rangeMs };
      };
      const { from, to } = windows();
      const exact = Array.from({ length: COUNT }, (_, step) => {
        const [low, high] = [from[step] ?? 0, to[step] ?? 0];
        const window = {
          length: high - low,
          timestamps: timestamps.subarray(low, high),
          values: values.subarray(low, high),
        };
        const time = START + step * STEP;
        return prediction(window, { time, start: time - rangeMs, end: time }, ahead);
      });
      const bound = (exact[30] ?? 0) + distance * scale;
      const pruned = windows();
      const prune = prunePredictions(comparison(operator), bound, 'left');
      prune?.({ length, timestamps, values }, pruned, new Float64Array(COUNT).fill(ahead));
      for (const [step, value] of exact.entries()) {
        const isKept = value !== undefined && holds(operator, value, bound);
        assert.ok(!isKept || pruned.to[step] === to[step], `step ${step}: ${value} ${operator} ${bound}`);
      }
    }),
    { numRuns: 2000 },
  );
});

test('a disk with room has no window left', () => {
  const timestamps = Float64Array.from({ length: 1800 }, (_, i) => START + (i - 360) * STEP);
  const values = Float64Array.from(timestamps, (_, i) => 4e10 - i * 1e5 + ((i * 29) % 1000));
  const [from, to] = [new Int32Array(1440), new Int32Array(1440)];
  const times = { first: START, stride: STEP, count: 1440 };
  findWindows(timestamps, 1800, times, 21_600_000, from, to);
  const windows = { ...times, from, to, time: START, step: STEP, end: START, rangeMs: 21_600_000 };
  const prune = prunePredictions(comparison('<'), 0, 'left');
  prune?.({ length: 1800, timestamps, values }, windows, new Float64Array(1440).fill(86_400));
  assert.deepEqual(to, from);
});

function comparison(operator: string): Binary {
  const expr = parseExpression(`predict_linear(x[1h], 1) ${operator} 1`);
  assert.ok(expr.kind === 'binary');
  return expr;
}

function holds(operator: string, value: number, bound: number): boolean {
  if (value === bound) return operator.endsWith('=');
  return operator.startsWith('<') ? value < bound : value > bound;
}
