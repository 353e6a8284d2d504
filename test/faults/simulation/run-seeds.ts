import { runSeed, type Outcome } from './run-seed.ts';
import { shrink } from './shrink.ts';
import { describeStep } from './step.ts';

export interface RunSeedsOptions {
  /** How many. */
  readonly seeds: number;
  /** The first one; the others follow. */
  readonly from: number;
  /** Prints all that happened. */
  readonly trace?: boolean;
  readonly print: (line: string) => void;
}

/** What all seeds together went through. */
export interface SeedsTally {
  readonly passed: number;
  readonly failed: number;
  readonly lines: number;
  readonly faults: number;
  readonly simulatedMs: number;
  /** Bytes of lines that the simulated writers destroyed before anybody could read them. */
  readonly destroyedBytes: number;
}

/** Runs seeds, and prints of each that fails the smallest schedule found and how to run it again. */
export async function runSeeds({ seeds, from, trace = false, print }: RunSeedsOptions): Promise<SeedsTally> {
  const tally = { passed: 0, failed: 0, lines: 0, faults: 0, simulatedMs: 0, destroyedBytes: 0 };
  for (let seed = from; seed < from + seeds; seed++) {
    const outcome = await runSeed(seed, { trace });
    for (const line of outcome.trace) print(line);
    tally.lines += outcome.lines;
    tally.faults += outcome.faults;
    tally.simulatedMs += outcome.simulatedMs;
    tally.destroyedBytes += outcome.destroyedBytes;
    if (outcome.violation === undefined) tally.passed++;
    else {
      tally.failed++;
      for (const line of await describeFailure(outcome)) print(line);
    }
  }
  return tally;
}

/** What a person needs to look into a seed that failed. */
export async function describeFailure(outcome: Outcome): Promise<string[]> {
  const { plan, violation } = outcome;
  const smallest = await shrink(outcome);
  return [
    `✖ seed ${plan.seed} (${plan.profile}): ${violation?.invariant}`,
    `    ${violation?.what}`,
    `    the smallest schedule found (${smallest.plan.steps.length} of ${plan.steps.length} steps):`,
    ...smallest.plan.steps.map((step) => `      ${describeStep(step)}`),
    `    again: npm run faults -- --seeds 1 --seed ${plan.seed} --trace`,
  ];
}
