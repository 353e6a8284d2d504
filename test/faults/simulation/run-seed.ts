import { deadLetteredTexts } from './dead-lettered-texts.ts';
import { createDice } from './dice.ts';
import { judge, mayBeMissing } from './judge.ts';
import type { Violation } from './observer.ts';
import { performStep } from './perform-step.ts';
import { planOf, type Plan, type Profile } from './plan.ts';
import { isFault } from './step.ts';
import { Trace } from './trace.ts';
import { World, type Sabotage } from './world.ts';
import type { WrittenLine } from './written-lines.ts';

/** Longest wait for the first look at the logs, ms. */
const BEGIN_MS = 5000;
/** From the end of the faults until all is delivered: the longest back-offs of tailer and sender, and deadlines. */
const DRAIN_MS = 150_000;
/** What a flipped bit did away with may never come back. */
const ROT_DRAIN_MS = 40_000;
const LOOK_MS = 500;

/** What became of one seed. */
export interface Outcome {
  readonly plan: Plan;
  readonly hash: string;
  readonly violation: Violation | undefined;
  /** Simulated ms. */
  readonly simulatedMs: number;
  readonly lines: number;
  /** Faults that were scheduled. */
  readonly faults: number;
  /** Bytes of lines that writers destroyed before anybody could read them. */
  readonly destroyedBytes: number;
  readonly trace: readonly string[];
}

export interface RunOptions {
  readonly trace?: boolean;
  readonly sabotage?: Sabotage;
  /** Default: as the seed has it. */
  readonly profile?: Profile;
}

/** Runs the world of a plan to its end. */
export async function runPlan(plan: Plan, options: RunOptions = {}): Promise<Outcome> {
  const trace = new Trace(options.trace === true);
  const world = new World(plan, trace, options.sabotage);
  const { observer, time } = world;
  world.boot();
  await time.runUntil(BEGIN_MS, () => observer.hasBegun);
  const from = time.now;
  for (const step of plan.steps) {
    time.after(step.at, () => {
      trace.note(time.now, step.kind);
      performStep(world, step);
    });
  }
  for (let end = from; end < from + plan.endsAt && observer.violation === undefined;) {
    end = Math.min(end + LOOK_MS, from + plan.endsAt);
    await time.runUntil(end);
    if (world.spool !== undefined) observer.look(world.spool);
  }
  if (observer.violation === undefined) await drain(world);
  const { now } = time;
  const { hash } = trace;
  world.release();
  return {
    plan,
    hash,
    violation: observer.violation,
    simulatedMs: now,
    lines: [...world.lines.all].length,
    faults: plan.steps.filter((step) => isFault(step)).length,
    destroyedBytes: world.lines.destroyedBytes,
    trace: trace.lines,
  };
}

export function runSeed(seed: number, options: RunOptions = {}): Promise<Outcome> {
  return runPlan(planOf(seed, options.profile), options);
}

/** Ends the faults, waits until nothing is pending, and judges. */
async function drain(world: World): Promise<void> {
  const { time, observer, logs } = world;
  world.calm();
  const dice = createDice(world.plan.seed);
  for (const log of logs) log.whenFree(() => log.finish(dice));
  const isRot = world.plan.profile === 'rot';
  const until = time.now + (isRot ? ROT_DRAIN_MS : DRAIN_MS);
  // Drained at several looks in a row: a line that was destroyed may still be on its way.
  for (let looks = 0; looks < 4 && time.now < until && observer.violation === undefined;) {
    await time.runUntil(time.now + LOOK_MS);
    looks = isDrained(world) ? looks + 1 : 0;
  }
  if (!isRot && !isDrained(world)) {
    observer.violate('I9 when faults end, all is delivered', `not within ${DRAIN_MS} ms: ${stateOf(world)}`);
  }
  if (world.spool !== undefined) observer.look(world.spool);
  const found = observer.violation === undefined ? judge(world) : undefined;
  if (found !== undefined) observer.violate(found.invariant, found.what);
}

function isDrained(world: World): boolean {
  const { spool, openGroups } = world;
  // Dropped by policy may be also what a killed process wrote and was not told of.
  return spool?.ledger.pending === 0 && openGroups === 0 && waiting(world).length <= mayBeMissing(world);
}

/** Lines that should have arrived by now and did not. */
function waiting(world: World): WrittenLine[] {
  const { lines, store } = world;
  const open = [...lines.all].filter(({ text, taken, destroyed, fate }) => {
    return !taken && !destroyed && fate !== 'refused' && store.indexes.copiesOf(text) === 0;
  });
  if (open.every(({ fate }) => fate === 'stored')) return open;
  const letters = deadLetteredTexts(world);
  return open.filter(({ text }) => !letters.has(text));
}

function stateOf(world: World): string {
  const lines = waiting(world);
  return `${lines.length} lines not read, the first ${JSON.stringify(lines[0])}, ledger ${JSON.stringify(world.spool?.ledger)}`;
}
