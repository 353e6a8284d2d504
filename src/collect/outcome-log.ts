import type { Failure } from '../model/failure.ts';
import type { Clock, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { keyOf, type Place } from './contract.ts';

/** How one poll ended. */
export interface PollOutcome {
  readonly collector: string;
  /** Empty for a place. */
  readonly tenant: string;
  readonly place?: Place;
  /** Whose points a place yielded. */
  readonly tenants?: ReadonlySet<string>;
  /** The names of series that a place has and no dataset declares, where it could be read. */
  readonly names?: ReadonlySet<string>;
  /** ms since the epoch. */
  readonly at: number;
  /** Why the rules did not get what was to be read; undefined when they did. */
  readonly failure: Failure | undefined;
}

export interface OutcomeLogOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  readonly onOutcome?: (outcome: PollOutcome) => void;
}

export interface OutcomeLog {
  /** `problem`: why the poll is counted as failed, also where the rules got what was read all the same. */
  record(outcome: Omit<PollOutcome, 'at'>, problem: Failure | undefined): void;
  /** Drops what is known of a target that is gone. */
  forget(target: Pick<PollOutcome, 'tenant' | 'place'>): void;
}

/** Counts every outcome, and logs one only when it differs from that of the poll before. */
export function createOutcomeLog({ clock, log, metrics, onOutcome }: OutcomeLogOptions): OutcomeLog {
  const last = new Map<string, Map<string, string>>();

  function record(outcome: Omit<PollOutcome, 'at'>, problem: Failure | undefined): void {
    const { collector } = outcome;
    const result = problem?.reason ?? 'ok';
    metrics.increment('octowatch_polls_total', { collector, outcome: result });
    const subject = keyOf(outcome);
    const known = last.get(subject) ?? new Map<string, string>();
    last.set(subject, known);
    if ((known.get(collector) ?? 'ok') !== result) report(outcome, problem);
    known.set(collector, result);
    onOutcome?.({ ...outcome, at: clock.now() });
  }

  function report({ collector, tenant, place }: Omit<PollOutcome, 'at'>, problem: Failure | undefined): void {
    const whose = place === undefined ? { collector, tenant } : { collector, place: place.name };
    if (problem === undefined) log.info(whose, 'poll works again');
    else log.warn({ ...whose, reason: problem.reason, error: problem.message }, 'poll failed');
  }

  return {
    record,
    forget(target) {
      last.delete(keyOf(target));
    },
  };
}
