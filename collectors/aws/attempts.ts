import { messageOf, toFailure, type Failure } from '../../src/model/failure.ts';
import type { Log } from '../../src/model/ports.ts';

/** Sources that a poll can do without. */
export interface Attempts {
  /** What `work` yields, or `otherwise` when it fails; rejects only when the poll was aborted. */
  attempt<T>(source: string, otherwise: T, work: () => Promise<T>): Promise<T>;
  /** Notes a source that failed. */
  failed(source: string, failure: Failure): void;
  /** The sources that failed. */
  failing(): readonly string[];
}

/** Tries sources; one that fails is logged once, and once more when it works again. @param before those that failed last */
export function attempts(before: readonly string[], log: Log, signal: AbortSignal): Attempts {
  const failing = new Set<string>();

  async function attempt<T>(source: string, otherwise: T, work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      if (before.includes(source)) log.info({ source }, 'source works again');
      return result;
    } catch (error) {
      signal.throwIfAborted();
      failed(source, toFailure(error, 'malformed'));
      return otherwise;
    }
  }

  function failed(source: string, failure: Failure): void {
    failing.add(source);
    if (before.includes(source)) return;
    log.warn(
      { source, reason: failure.reason, error: messageOf(failure) },
      'source failed, going on without it',
    );
  }

  return { attempt, failed, failing: () => [...failing] };
}
