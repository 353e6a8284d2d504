import { messageOf } from '../model/failure.ts';
import type { Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';

/** Runs work; undefined when it has failed. */
export type Guarded = <T>(work: () => T) => T | undefined;

/** Runs what reads or writes a journal: it is counted and logged when it fails, and keeps no page from going out. */
export function guardOf(journal: string, { log, metrics }: { log: Log; metrics: SelfMetrics }): Guarded {
  return (work) => {
    try {
      return work();
    } catch (error) {
      metrics.increment('octowatch_journal_failures_total', { journal });
      log.error({ journal, error: messageOf(error) }, 'a journal of alerting failed');
      return undefined;
    }
  };
}
