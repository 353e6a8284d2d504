import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SeriesReader } from '../../model/series.ts';
import { parseExpression } from '../parser.ts';
import { arbitraryExpression } from './testing/arbitrary-expression.ts';
import { differenceOfSteps } from './testing/compare-steps.ts';
import { seeded, seriesFor } from './testing/series-for.ts';

/** A long run of its own (`RUNS=20000`) is one of other expressions each time. */
const RUNS = process.env['RUNS'];
const RANGE = { start: 36_000_000, step: 60_000, count: 40 };

test('any expression over any series has the values of the instant evaluator at every step', () => {
  const inputs = fc.tuple(arbitraryExpression.filter(isValid), fc.integer(), fc.integer({ min: 1, max: 3 }));
  fc.assert(
    fc.property(inputs, ([expr, seed, blocks]) => {
      const times = { start: RANGE.start - 3_600_000, end: RANGE.start + RANGE.count * RANGE.step };
      const series = seriesFor(expr, times, seeded(seed), ['x', 'y']);
      // What is added up is added up in the order in which series are met, which must be the same for both.
      const reader: SeriesReader = {
        select: (matchers, { end }) => series.select(matchers, { start: 0, end }),
      };
      assert.equal(differenceOfSteps(expr, reader, RANGE, blocks), undefined);
    }),
    RUNS === undefined ? { numRuns: 500, seed: 7 } : { numRuns: Number(RUNS) },
  );
});

function isValid(text: string): boolean {
  try {
    return parseExpression(text).type === 'vector';
  } catch {
    return false;
  }
}
