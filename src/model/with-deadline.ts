import { Failure, toFailure } from './failure.ts';
import type { Clock } from './ports.ts';

/**
 * Runs `work`, giving it a signal that is aborted after `ms` or with `signal`; does not wait for work that ignores it.
 * @throws Failure `timeout` after `ms`, `aborted` with `signal`, or what the work throws
 */
export async function withDeadline<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const ended = new AbortController();
  const timer = clock.sleep(ms, AbortSignal.any([signal, ended.signal])).then(
    () => new Failure('timeout', `no answer in ${ms} ms`),
    () => new Failure('aborted', 'stopped waiting'),
  );
  const deadline = timer.then((failure) => {
    stop.abort(failure);
    throw failure;
  });
  try {
    return await Promise.race([work(stop.signal), deadline]);
  } catch (error) {
    throw toFailure(stop.signal.aborted ? stop.signal.reason : error);
  } finally {
    ended.abort();
    deadline.catch(() => undefined);
  }
}
