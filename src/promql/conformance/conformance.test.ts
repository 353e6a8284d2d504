import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runTestFile } from './run-test-file.ts';

/** Prometheus's own test files, beside the repository; without them there is nothing to hold the engine to. */
const FOLDER = new URL('../../../../shared/promqltest/', import.meta.url);

/** Evaluations per file: a file that lost some would pass too easily. */
const EVALUATIONS = {
  'aggregators.test': 125,
  'at_modifier.test': 78,
  'collision.test': 2,
  'duration_expression.test': 59,
  'extended_vectors.test': 120,
  'fill-modifier.test': 46,
  'functions.test': 329,
  'histograms.test': 91,
  'info.test': 52,
  'literals.test': 25,
  'name_label_dropping.test': 30,
  'operators.test': 142,
  'range_queries.test': 16,
  'selectors.test': 31,
  'staleness.test': 17,
  'start_timestamps.test': 16,
  'subquery.test': 32,
  'trig_functions.test': 19,
  'type_and_unit.test': 58,
} as const;

for (const [file, count] of Object.entries(EVALUATIONS)) {
  test(`${file}: all ${count} evaluations pass`, (context) => {
    const path = new URL(file, FOLDER);
    if (!existsSync(path)) return context.skip('the test files of Prometheus are not here');
    const outcomes = runTestFile(readFileSync(path, 'utf8'));
    const failed = outcomes.filter(({ problem }) => problem !== undefined);
    const report = failed.map(({ line, expr, problem }) => `${file}:${line} ${expr}: ${problem}`);
    assert.deepEqual(report, []);
    assert.equal(outcomes.length, count);
  });
}
