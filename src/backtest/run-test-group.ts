import type { RuleGroup } from '../ruler/rule.ts';
import type { RuleTestFile } from './rule-test-file.ts';
import { SteppedClock } from './stepped-clock.ts';
import type { TestFailure } from './test-failure.ts';
import { TestRun } from './test-run.ts';

/** Runs one entry of `tests`; returns what was not as expected. */
export function runTestGroup(
  file: RuleTestFile,
  index: number,
  groups: readonly RuleGroup[],
): readonly TestFailure[] {
  const test = file.tests?.[index];
  if (test === undefined) return [];
  const clock = new SteppedClock(test.start_timestamp ?? 0);
  const run = new TestRun(file, index, test, {
    clock,
    sink: { update() {} },
    externalLabels: test.external_labels ?? {},
    externalUrl: test.external_url,
  });
  if (!run.begin(groups)) return run.failures;
  for (let elapsed = 0; elapsed <= run.lastTime; elapsed += file.evaluation_interval) {
    clock.set(run.start + elapsed);
    if (!run.evaluate(elapsed)) return run.failures;
  }
  run.checkExpressions();
  return run.failures;
}
