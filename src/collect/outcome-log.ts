import type { Failure } from '../model/failure.ts';
import type { Clock, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';

/** How one poll ended. */
export interface PollOutcome {
  readonly collector: string;
  readonly tenant: string;
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
  /** `missing`: the failure, unless the rules got what was read all the same. */
  record(collector: string, tenant: string, failure: Failure | undefined, missing: Failure | undefined): void;
  /** Drops what is known of a tenant that is gone. */
  forget(tenant: string): void;
}

/** Counts every outcome, and logs one only when it differs from that of the poll before. */
export function createOutcomeLog({ clock, log, metrics, onOutcome }: OutcomeLogOptions): OutcomeLog {
  const last = new Map<string, Map<string, string>>();

  function record(
    collector: string,
    tenant: string,
    failure: Failure | undefined,
    missing: Failure | undefined,
  ): void {
    const outcome = failure?.reason ?? 'ok';
    metrics.increment('octowatch_polls_total', { collector, outcome });
    const known = last.get(tenant) ?? new Map<string, string>();
    last.set(tenant, known);
    if ((known.get(collector) ?? 'ok') !== outcome) report(collector, tenant, failure);
    known.set(collector, outcome);
    onOutcome?.({ collector, tenant, at: clock.now(), failure: missing });
  }

  function report(collector: string, tenant: string, failure: Failure | undefined): void {
    if (failure === undefined) log.info({ collector, tenant }, 'poll works again');
    else log.warn({ collector, tenant, reason: failure.reason, error: failure.message }, 'poll failed');
  }

  return {
    record,
    forget(tenant) {
      last.delete(tenant);
    },
  };
}
