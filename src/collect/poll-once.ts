import { Failure, toFailure } from '../model/failure.ts';
import type { PollCollector, Target } from './contract.ts';
import { beginPoll, GRACE_MS, type PollOptions, type PollResult, type RunningPoll } from './running-poll.ts';

export interface PollOnceOptions extends PollOptions {
  readonly deadlineMs: number;
}

/**
 * Runs one poll to its end, or to its deadline: then its signal is aborted, and 1 s later it is given up.
 * Never throws.
 */
export async function pollOnce(
  collector: PollCollector,
  target: Target,
  options: PollOnceOptions,
  signal: AbortSignal,
): Promise<PollResult> {
  const running = beginPoll(collector, target, options);
  const over = new AbortController();
  void endInTime(running, options, signal, over.signal);
  try {
    return await running.result;
  } finally {
    over.abort();
  }
}

async function endInTime(
  running: RunningPoll,
  { clock, deadlineMs }: PollOnceOptions,
  signal: AbortSignal,
  over: AbortSignal,
): Promise<void> {
  try {
    await clock.sleep(deadlineMs, AbortSignal.any([signal, over]));
    running.stop(lateFailure(deadlineMs));
  } catch {
    if (over.aborted) return;
    running.stop(toFailure(signal.reason, 'aborted'));
  }
  await clock.sleep(GRACE_MS, over).then(running.giveUp, () => undefined);
}

/** Why a poll that took too long failed. */
export function lateFailure(deadlineMs: number): Failure {
  return new Failure('timeout', `no result within ${deadlineMs} ms`);
}
