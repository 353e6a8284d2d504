import { messageOf } from '../model/failure.ts';
import type { Clock, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { slept } from './chores.ts';

const AGAIN_MS = 5000;

interface Supervision {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  readonly signal: AbortSignal;
}

/**
 * Runs a part of the agent until the signal. One that fails is logged, counted and begun again after a pause, its
 * remains stopped by the signal it was given: whatever breaks, the other parts go on. Never rejects.
 */
export async function supervise(
  part: string,
  run: (signal: AbortSignal) => Promise<void>,
  { clock, log, metrics, signal }: Supervision,
): Promise<void> {
  while (!signal.aborted) {
    const attempt = new AbortController();
    try {
      return await run(AbortSignal.any([signal, attempt.signal]));
    } catch (error) {
      if (signal.aborted) return;
      metrics.increment('octowatch_part_failures_total', { part });
      const stack = error instanceof Error ? error.stack : undefined;
      log.error({ part, error: messageOf(error), stack }, 'a part of the agent failed and is started again');
    } finally {
      attempt.abort();
    }
    await slept(clock, AGAIN_MS, signal);
  }
}
