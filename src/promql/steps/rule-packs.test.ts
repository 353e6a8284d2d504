import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseDocument } from 'yaml';
import { differenceOfSteps } from './testing/compare-steps.ts';
import { seeded, seriesFor } from './testing/series-for.ts';

const RULES = new URL('../../../rules/', import.meta.url);
const RANGE = { start: 36_000_000, step: 60_000, count: 90 };

function packExpressions(file: string): readonly string[] {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'expr' && typeof inner === 'string') found.push(inner);
      else walk(inner);
    }
  };
  walk(parseDocument(readFileSync(new URL(file, RULES), 'utf8')).toJS());
  return found;
}

for (const file of readdirSync(RULES).filter(
  (name) => name.endsWith('.yml') && !name.endsWith('.test.yml'),
)) {
  test(`${file}: every expression has the values of the instant evaluator at every step`, () => {
    const expressions = packExpressions(file);
    assert.ok(expressions.length > 0);
    for (const [index, expr] of expressions.entries()) {
      for (const seed of [1, 2, 3]) {
        const random = seeded(index * 100 + seed);
        const times = { start: RANGE.start - 6 * 3_600_000, end: RANGE.start + RANGE.count * RANGE.step };
        const series = seriesFor(expr, times, random);
        const difference = differenceOfSteps(expr, series, RANGE, seed);
        assert.equal(difference, undefined, `seed ${seed}`);
      }
    }
  });
}
