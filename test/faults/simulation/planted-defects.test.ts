import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PLANTED_DEFECTS } from './planted-defects.ts';
import { runSeed, type Outcome } from './run-seed.ts';
import { shrink } from './shrink.ts';
import { isFault } from './step.ts';

for (const { name, plant, profile, within } of PLANTED_DEFECTS) {
  test(`the simulation finds: ${name}`, async () => {
    let found: Outcome | undefined;
    for (let seed = 1; seed <= within && found === undefined; seed++) {
      const outcome = await runSeed(seed, {
        sabotage: plant(),
        ...(profile === undefined ? {} : { profile }),
      });
      if (outcome.violation !== undefined) found = outcome;
    }
    assert.ok(found, `not within ${within} seeds`);
  });
}

test('a schedule is shrunk to the steps that matter', async () => {
  const defect = PLANTED_DEFECTS.find(({ name }) => name === 'failed write taken for written');
  assert.ok(defect);
  const sabotage = defect.plant();
  let outcome = await runSeed(1, { sabotage });
  for (let seed = 2; outcome.violation === undefined; seed++) outcome = await runSeed(seed, { sabotage });
  const smallest = await shrink(outcome, { sabotage });
  assert.equal(smallest.violation?.invariant, outcome.violation.invariant);
  assert.ok(smallest.plan.steps.length <= 6, `${smallest.plan.steps.length} steps`);
  assert.ok(smallest.plan.steps.some((step) => isFault(step)));
});
