import type { Clock, Log } from '../model/ports.ts';

/**
 * A clean-up that takes at most `ms`: what hangs is logged and left behind, so that everything else is still closed.
 * Rejects with what `close` throws.
 */
export function inTime(
  { clock, log }: { clock: Clock; log: Log },
  part: string,
  ms: number,
  close: () => void | Promise<void>,
): () => Promise<void> {
  return async () => {
    const ended = new AbortController();
    const late = clock.sleep(ms, ended.signal).then(
      () => log.warn({ part, ms }, 'did not stop in time and is left behind'),
      () => undefined,
    );
    try {
      await Promise.race([Promise.try(close), late]);
    } finally {
      ended.abort();
    }
  };
}
