import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runTestFile } from './testing/run-test-file.ts';

/** Prometheus's own test files, beside the repository; without them there is nothing to hold the engine to. */
const FOLDER = new URL('../../../shared/promqltest/', import.meta.url);

/**
 * Evaluations that pass, per file: all that Prometheus itself passes without a feature flag. The rest needs
 * experimental functions and modifiers, or a flag.
 */
const PASSING = {
  'aggregators.test': 123,
  'at_modifier.test': 77,
  'collision.test': 2,
  'duration_expression.test': 8,
  'extended_vectors.test': 30,
  'fill-modifier.test': 1,
  'functions.test': 257,
  'histograms.test': 83,
  'literals.test': 25,
  'name_label_dropping.test': 22,
  'operators.test': 142,
  'range_queries.test': 14,
  'selectors.test': 31,
  'staleness.test': 17,
  'start_timestamps.test': 3,
  'subquery.test': 32,
  'trig_functions.test': 19,
  'type_and_unit.test': 54,
} as const;

for (const [file, expected] of Object.entries(PASSING)) {
  test(`${file}: at least ${expected} evaluations pass`, (context) => {
    const path = new URL(file, FOLDER);
    if (!existsSync(path)) return context.skip('the test files of Prometheus are not here');
    const outcomes = runTestFile(readFileSync(path, 'utf8'));
    const failed = outcomes.filter(({ problem }) => problem !== undefined);
    const report = failed.map(({ line, expr, problem }) => `${file}:${line} ${expr}: ${problem}`).join('\n');
    const passing = outcomes.length - failed.length;
    assert.ok(
      passing >= expected,
      `${passing} of ${outcomes.length} pass, ${expected} did before:\n${report}`,
    );
    context.diagnostic(`${passing} of ${outcomes.length}`);
  });
}
