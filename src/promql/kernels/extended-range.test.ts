import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Window } from '../../model/selection.ts';
import type { Extension } from '../tree.ts';
import { closedWindow, extendedFunctionNames, extendedFunctionOf, smoothedValue } from './extended-range.ts';

const BOUNDS = { time: 60_000, start: 0, end: 60_000 };

function windowOf(samples: Readonly<Record<number, number>>): Window {
  const times = Object.keys(samples)
    .map(Number)
    .toSorted((a, b) => a - b);
  return {
    // Room behind the samples, as in arrays that are used again.
    length: times.length,
    timestamps: Float64Array.of(...times.map((seconds) => seconds * 1000), 1e9),
    values: Float64Array.of(...times.map((seconds) => samples[seconds] ?? 0), 1e9),
  };
}

/** Samples by seconds, over the range from 0 to 60 s. */
const TABLE: readonly (readonly [
  name: string,
  Extension,
  samples: Readonly<Record<number, number>>,
  number | undefined,
])[] = [
  ['increase', 'anchored', { [-10]: 1, 20: 3, 50: 7 }, 6],
  ['increase', 'anchored', { 20: 3, 50: 7 }, 4],
  ['increase', 'anchored', { 0: 2, 20: 3, 60: 7 }, 5],
  ['increase', 'anchored', { [-10]: 8, 20: 3, 50: 7 }, 7],
  ['increase', 'anchored', { [-10]: 1 }, undefined],
  ['delta', 'anchored', { [-10]: 8, 20: 3, 50: 7 }, -1],
  ['rate', 'anchored', { [-10]: 1, 50: 7 }, 0.1],
  ['changes', 'anchored', { [-10]: 1, 20: 1, 50: 2 }, 1],
  ['resets', 'anchored', { [-10]: 9, 20: 1, 50: 2 }, 1],
  ['changes', 'anchored', { [-10]: 1 }, undefined],
  ['increase', 'smoothed', { [-10]: 0, 10: 2, 50: 6, 70: 8 }, 6],
  ['increase', 'smoothed', { 10: 2, 50: 6 }, 4],
  ['increase', 'smoothed', { [-10]: 10, 10: 2, 70: 8 }, 6],
  ['delta', 'smoothed', { [-10]: 10, 10: 2, 70: 8 }, 1],
  ['rate', 'smoothed', { [-10]: 0, 70: 8 }, 0.1],
  ['increase', 'smoothed', { 70: 8, 80: 9 }, undefined],
];

for (const [name, extension, samples, expected] of TABLE) {
  test(`${name} of ${JSON.stringify(samples)} ${extension} is ${expected}`, () => {
    const kernel = extendedFunctionOf(name, extension)?.kernel;
    assert.ok(kernel !== undefined);
    const value = kernel(windowOf(samples), BOUNDS, Number.NaN, Number.NaN);
    assert.equal(value === undefined ? value : Math.round(value * 1e9) / 1e9, expected);
  });
}

test('knows which functions have a meaning over an extended range', () => {
  assert.deepEqual(extendedFunctionNames('anchored'), ['changes', 'delta', 'increase', 'rate', 'resets']);
  assert.deepEqual(extendedFunctionNames('smoothed'), ['delta', 'increase', 'rate']);
  assert.equal(extendedFunctionOf('resets', 'smoothed'), undefined);
  assert.equal(extendedFunctionOf('toString', 'smoothed'), undefined);
});

test('a range that stands alone has its ends as samples', () => {
  const closed = (samples: Readonly<Record<number, number>>, extension: Extension): unknown => {
    const window = closedWindow(windowOf(samples), BOUNDS, extension);
    return window && Array.from(window.timestamps, (time, i) => [time / 1000, window.values[i]]);
  };
  assert.deepEqual(closed({ [-10]: 1, 20: 3, 50: 7 }, 'anchored'), [[0, 1], [20, 3], [50, 7], [60, 7]]); // prettier-ignore
  assert.deepEqual(closed({ [-10]: 0, 10: 2, 50: 6, 70: 8 }, 'smoothed'), [[0, 1], [10, 2], [50, 6], [60, 7]]); // prettier-ignore
  assert.equal(closed({ [-10]: 1 }, 'anchored'), undefined);
});

test('a smoothed value lies on the line between its neighbours', () => {
  const window = windowOf({ 0: 0, 10: 5, 20: 1 });
  const at = (seconds: number): number | undefined => smoothedValue(window, seconds * 1000);
  assert.deepEqual([at(-1), at(0), at(5), at(10), at(15), at(20), at(99)], [undefined, 0, 2.5, 5, 3, 1, 1]);
});
