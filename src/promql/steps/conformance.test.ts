import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseStartNotation, type NotedStarts } from '../conformance/start-notation.ts';
import { parseTestFile, type EvalBlock, type LoadBlock } from '../conformance/test-file.ts';
import { MemorySeries } from '../memory-series.ts';
import { parseExpression } from '../parser.ts';
import { parseSeriesNotation } from '../series-notation.ts';
import type { StepRange } from './evaluate-steps.ts';
import { differenceOfSteps } from './testing/compare-steps.ts';

/** Prometheus's own test files, beside the repository. */
const FOLDER = new URL('../../../../shared/promqltest/', import.meta.url);
const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.test')) : [];

test('the test files of Prometheus are here', (context) => {
  if (files.length === 0) context.skip('they are not');
});

for (const file of files) {
  test(`${file}: every expression has the values of the instant evaluator at every step`, () => {
    let series = new MemorySeries();
    let compared = 0;
    for (const block of parseTestFile(readFileSync(new URL(file, FOLDER), 'utf8'))) {
      if (block.kind === 'clear') series = new MemorySeries();
      if (block.kind === 'load') load(series, block);
      if (block.kind !== 'eval' || !yieldsVector(block.expr)) continue;
      compared++;
      assert.equal(differenceOfSteps(block.expr, series, rangeOf(block)), undefined, `line ${block.line}`);
    }
    assert.ok(compared > 0);
  });
}

function yieldsVector(text: string): boolean {
  try {
    const { type } = parseExpression(text);
    return type === 'vector' || type === 'scalar';
  } catch {
    return false;
  }
}

function rangeOf({ when }: EvalBlock): StepRange {
  if (when.kind === 'instant') return { start: when.time - 120_000, step: 60_000, count: 5 };
  const { start, end, step } = when;
  return { start, step, count: Math.floor((end - start) / step) + 1 };
}

function load(into: MemorySeries, block: LoadBlock): void {
  let starts: NotedStarts | undefined;
  for (const text of block.series) {
    const noted = parseStartNotation(text);
    if (noted === undefined) {
      const { labels, values } = parseSeriesNotation(text);
      into.load(labels, values, block.intervalMs, 0, starts?.offsets);
    }
    starts = noted;
  }
}
