import { toFailure, type FailureReason } from '../model/failure.ts';
import type { Intent, Outcome, Remedy, Step } from '../model/plan.ts';
import type { Clock } from '../model/ports.ts';
import { withDeadline } from '../model/with-deadline.ts';
import type { HealJournal } from './heal-journal.ts';

/** After these nobody knows whether the call took effect. */
const UNKNOWN_OUTCOME: ReadonlySet<FailureReason> = new Set([
  'timeout',
  'network',
  'aborted',
  'server_error',
  'malformed',
]);

/** What running steps needs. */
export interface StepRun {
  readonly healId: string;
  readonly remedy: Remedy;
  readonly journal: HealJournal;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** ms one call may take. */
  readonly callMs: number;
  /** Aborted when the alert is over: then no further step is taken. */
  readonly resolved: AbortSignal;
  /** Whether the remedy may still act. */
  readonly isArmed: () => boolean;
}

/**
 * Applies steps in order, each with its intent on disk first; stops at the first that fails.
 * @throws Failure when an intent cannot be written, or at shutdown: the intent is then left for the next start
 */
export async function applySteps(steps: readonly Step[], run: StepRun): Promise<Outcome> {
  const done: string[] = [];
  for (const step of steps) {
    if (run.resolved.aborted) break;
    if (!run.isArmed()) return { status: 'failed', detail: [...done, 'disarmed meanwhile'].join('; ') };
    run.journal.writeIntent(run.healId, { step, at: run.clock.now() });
    const outcome = await attempt(step, run);
    run.journal.writeOutcome(step.id, outcome);
    done.push(outcome.detail);
    if (outcome.status === 'failed') return { status: 'failed', detail: done.join('; ') };
  }
  return { status: 'applied', detail: done.join('; ') };
}

/**
 * Finds out what became of the steps of a heal that a crash interrupted; what cannot be known is a failure, and pages.
 * Undefined when none took effect: nothing was done, and the heal may begin again, past the guard.
 */
export async function settleSteps(run: StepRun): Promise<Outcome | undefined> {
  const done: string[] = [];
  for (const { intent, outcome: known } of run.journal.intentsOf(run.healId)) {
    const outcome = known ?? (await lookUp(intent, run, 'the agent was restarted'));
    if (outcome === 'absent') {
      run.journal.forgetIntent(intent.step.id);
      continue;
    }
    if (known === undefined) run.journal.writeOutcome(intent.step.id, outcome);
    done.push(outcome.detail);
    if (outcome.status === 'failed') return { status: 'failed', detail: done.join('; ') };
  }
  return done.length === 0 ? undefined : { status: 'applied', detail: done.join('; ') };
}

async function attempt(step: Step, run: StepRun): Promise<Outcome> {
  try {
    return await apply(step, run);
  } catch (error) {
    if (run.signal.aborted) throw error;
    const { reason, message } = toFailure(error);
    if (!UNKNOWN_OUTCOME.has(reason)) return { status: 'failed', detail: `${step.description}: ${message}` };
    const found = await lookUp({ step, at: run.clock.now() }, run, message);
    return found === 'absent' ? applyAgain(step, run) : found;
  }
}

/** The one repetition of a step that is known to have had no effect. */
async function applyAgain(step: Step, run: StepRun): Promise<Outcome> {
  try {
    return await apply(step, run);
  } catch (error) {
    if (run.signal.aborted) throw error;
    return unknown(step, toFailure(error).message);
  }
}

async function lookUp(intent: Intent, run: StepRun, cause: string): Promise<Outcome | 'absent'> {
  const { step } = intent;
  try {
    const found = await withDeadline(run.clock, run.callMs, run.signal, (signal) =>
      run.remedy.reconcile(intent, signal),
    );
    if (found === 'absent') return found;
    return found === 'applied' ? { status: 'applied', detail: step.description } : unknown(step, cause);
  } catch (error) {
    if (run.signal.aborted) throw error;
    return unknown(step, toFailure(error).message);
  }
}

function unknown({ description }: Step, cause: string): Outcome {
  return { status: 'failed', detail: `${description}: outcome unknown (${cause}), not repeated` };
}

function apply(step: Step, { clock, callMs, signal, remedy }: StepRun): Promise<Outcome> {
  return withDeadline(clock, callMs, signal, (until) => remedy.apply(step, until));
}
