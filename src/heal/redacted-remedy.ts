import { redactedFailure } from '../model/failure.ts';
import type { Outcome, Remedy, Step } from '../model/plan.ts';

/**
 * The same remedy, secrets taken out of what it says: descriptions and outcomes quote names that the server gave, and
 * failures what it answered. From here they go to the journal, the web page and receivers.
 */
export function redactedRemedy(remedy: Remedy, redact: (text: string) => string): Remedy {
  async function cleanly<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw redactedFailure(error, redact);
    }
  }

  function described(step: Step): Step {
    return { ...step, description: redact(step.description), undo: redact(step.undo) };
  }

  return {
    name: remedy.name,
    async plan(alert, signal) {
      const plan = await cleanly(remedy.plan(alert, signal));
      return { ...plan, steps: plan.steps.map(described) };
    },
    async apply(step, signal): Promise<Outcome> {
      const outcome = await cleanly(remedy.apply(step, signal));
      return { ...outcome, detail: redact(outcome.detail) };
    },
    reconcile: (intent, signal) => cleanly(remedy.reconcile(intent, signal)),
  };
}
