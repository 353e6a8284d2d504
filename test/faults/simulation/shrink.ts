import type { Plan } from './plan.ts';
import { runPlan, type Outcome, type RunOptions } from './run-seed.ts';
import type { Step } from './step.ts';

/** Longest search for a smaller plan, in runs. */
const MAX_RUNS = 400;

/** The smallest plan found that breaks the same promise: steps are left out by halves, then one by one. */
export async function shrink(failing: Outcome, options: RunOptions = {}): Promise<Outcome> {
  let smallest = failing;
  let runs = 0;
  for (let size = Math.ceil(failing.plan.steps.length / 2); size >= 1 && runs < MAX_RUNS;) {
    let found = false;
    for (let at = 0; at < smallest.plan.steps.length && runs < MAX_RUNS; runs++) {
      const outcome = await runPlan(without(smallest.plan, at, size), options);
      const same = outcome.violation?.invariant === failing.violation?.invariant;
      if (same) smallest = outcome;
      else at += size;
      found ||= same;
    }
    if (size === 1 && !found) break;
    size = Math.max(1, Math.floor(size / 2));
  }
  return smallest;
}

function without(plan: Plan, at: number, size: number): Plan {
  const steps: readonly Step[] = plan.steps.toSpliced(at, size);
  return { ...plan, steps };
}
