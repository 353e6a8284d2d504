import { formatLabels, labelsKey } from '../../model/labels.ts';
import { compareLabels } from '../label-sets.ts';
import type { NotedSeries, NotedValue } from '../series-notation.ts';
import type { Matrix, Vector } from '../value.ts';

// The tolerance of Prometheus's own runner.
const EPSILON = 1e-6;
const SMALLEST_NORMAL = 2.2250738585072014e-308;

/** Whether two numbers are equal for a test: within a millionth of their size. */
export function almostEqual(a: number, b: number): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  if (a === b) return true;
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || Math.abs(a) + Math.abs(b) < SMALLEST_NORMAL) {
    return difference < EPSILON * SMALLEST_NORMAL;
  }
  return difference / Math.min(Math.abs(a) + Math.abs(b), Number.MAX_VALUE) < EPSILON;
}

/** What differs between a vector and the expected elements, or undefined. */
export function differenceOfVector(
  actual: Vector,
  expected: readonly NotedSeries[],
  isOrdered: boolean,
): string | undefined {
  if (actual.labels.length !== expected.length) return countMismatch(actual.labels.length, expected.length);
  for (const [position, { labels, values }] of expected.entries()) {
    const index = actual.labels.findIndex((other) => labelsKey(other) === labelsKey(labels));
    if (index < 0)
      return `missing ${formatLabels(labels)}; have ${actual.labels.map(formatLabels).join(' ')}`;
    if (isOrdered && index !== position)
      return `${formatLabels(labels)} stands at ${index}, not at ${position}`;
    const value = actual.values[index] ?? Number.NaN;
    const wanted = values[0];
    if (typeof wanted !== 'number' || !almostEqual(value, wanted)) {
      return `${formatLabels(labels)} is ${value}, not ${wanted}`;
    }
  }
  return undefined;
}

/** What differs between a matrix and the expected series, whose values begin at `start` and are `step` ms apart. */
export function differenceOfMatrix(
  actual: Matrix,
  expected: readonly NotedSeries[],
  start: number,
  step: number,
): string | undefined {
  const wanted = expected.filter(({ values }) => values.some((value) => value !== 'missing'));
  if (actual.series.length !== wanted.length) return countMismatch(actual.series.length, wanted.length);
  const unsorted = actual.series.findIndex(({ labels }, index) => {
    const before = actual.series[index - 1];
    return before !== undefined && compareLabels(before.labels, labels) > 0;
  });
  if (unsorted > 0)
    return `${formatLabels(actual.series[unsorted]?.labels ?? {})} is not in the order of labels`;
  for (const { labels, values } of wanted) {
    const series = actual.series.find((other) => labelsKey(other.labels) === labelsKey(labels));
    if (series === undefined) return `missing ${formatLabels(labels)}`;
    const samples = new Map(
      Array.from(series.timestamps, (time, i) => [time, series.values[i] ?? Number.NaN]),
    );
    const points = values.map((value, i): [number, NotedValue] => [start + i * step, value]);
    for (const [time, value] of points) {
      const sample = samples.get(time);
      const isEqual =
        typeof value === 'number' ? sample !== undefined && almostEqual(sample, value) : sample === undefined;
      if (!isEqual) return `${formatLabels(labels)} at ${time} ms is ${sample}, not ${value}`;
    }
    const count = points.filter(([, value]) => typeof value === 'number').length;
    if (samples.size !== count) return `${formatLabels(labels)} has ${samples.size} samples, not ${count}`;
  }
  return undefined;
}

function countMismatch(actual: number, expected: number): string {
  return `${actual} series, not ${expected}`;
}
