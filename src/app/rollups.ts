import type { Config } from '../config/schema.ts';
import { Failure, messageOf } from '../model/failure.ts';
import type { Clock, Log, Random } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { OpenWindows } from '../spool/rollups/open-windows.ts';
import type { Spool } from '../spool/spool.ts';
import { everySecond } from './chores.ts';

export interface RollupOptions {
  readonly random: Random;
  readonly metrics: SelfMetrics;
}

/** Rollups for Elasticsearch; the embedded store keeps raw events as long, and gets none. */
export function rollupsOf(
  { store, namespace }: Config,
  { random, metrics }: RollupOptions,
): { readonly rollups?: OpenWindows } {
  if (store.elasticsearch === undefined) return {};
  const text = (): string => Math.floor(random() * 36 ** 8).toString(36);
  return { rollups: new OpenWindows({ namespace, emitter: text() + text(), metrics }) };
}

/** Hands the documents of rollup windows that have ended to the spool, every second until the signal. */
export function closeWindows(
  spool: Pick<Spool, 'closeWindows'>,
  clock: Clock,
  log: Log,
  until: AbortSignal,
): Promise<void> {
  return everySecond(clock, until, async () => {
    try {
      await spool.closeWindows(clock.now());
    } catch (error) {
      // A disk that refuses: the windows stay open, and are tried again.
      if (!(error instanceof Failure)) throw error;
      log.warn({ error: messageOf(error) }, 'rollups not written: trying again');
    }
  });
}
