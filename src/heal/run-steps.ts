import { toFailure } from '../model/failure.ts';
import type { Intent, Outcome, Remedy, Step } from '../model/plan.ts';
import type { Clock } from '../model/ports.ts';
import type { HealJournal } from './heal-journal.ts';

/** What running steps needs. */
export interface StepRun {
  readonly healId: string;
  readonly remedy: Remedy;
  readonly journal: HealJournal;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** ms one call may take. */
  readonly callMs: number;
}

/** Applies steps in order, each with its intent on disk first; stops at the first that fails. */
export async function applySteps(steps: readonly Step[], run: StepRun): Promise<Outcome> {
  const done: string[] = [];
  for (const step of steps) {
    run.journal.writeIntent(run.healId, { step, at: run.clock.now() });
    const outcome = await attempt(step, run);
    run.journal.writeOutcome(step.id, outcome);
    done.push(outcome.detail);
    if (outcome.status === 'failed') return { status: 'failed', detail: done.join('; ') };
  }
  return { status: 'applied', detail: done.join('; ') };
}

/** Finds out what became of the steps of a heal that a crash interrupted; what cannot be known is a failure, and pages. */
export async function settleSteps(run: StepRun): Promise<Outcome> {
  const done: string[] = [];
  for (const { intent, outcome: known } of run.journal.intentsOf(run.healId)) {
    const outcome = known ?? (await reconcile(intent, run, 'the agent was restarted'));
    if (known === undefined) run.journal.writeOutcome(intent.step.id, outcome);
    done.push(outcome.detail);
    if (outcome.status === 'failed') return { status: 'failed', detail: done.join('; ') };
  }
  return { status: 'applied', detail: done.join('; ') };
}

async function attempt(step: Step, run: StepRun): Promise<Outcome> {
  try {
    return await run.remedy.apply(step, deadline(run));
  } catch (error) {
    const failure = toFailure(error);
    const unknown =
      failure.reason === 'timeout' || failure.reason === 'network' || failure.reason === 'aborted';
    if (!unknown) return { status: 'failed', detail: `${step.description}: ${failure.message}` };
    return reconcile({ step, at: run.clock.now() }, run, failure.message);
  }
}

async function reconcile(intent: Intent, run: StepRun, cause: string): Promise<Outcome> {
  const { step } = intent;
  try {
    const found = await run.remedy.reconcile(intent, deadline(run));
    if (found === 'applied') return { status: 'applied', detail: step.description };
    if (found === 'absent') return await run.remedy.apply(step, deadline(run));
    return { status: 'failed', detail: `${step.description}: outcome unknown (${cause}), not repeated` };
  } catch (error) {
    return {
      status: 'failed',
      detail: `${step.description}: outcome unknown (${toFailure(error).message}), not repeated`,
    };
  }
}

function deadline(run: StepRun): AbortSignal {
  return AbortSignal.any([run.signal, AbortSignal.timeout(run.callMs)]);
}
