import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { HistoryReader } from '../model/history.ts';
import type { Clock, Disk, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { openChunks, type Chunks } from '../store/chunks/chunks.ts';
import type { CutSource } from '../store/chunks/cut-chunk.ts';
import { layeredHistory } from '../store/layered-history.ts';
import { slept } from './chores.ts';

/** How often history looks whether a cut is due, ms. */
const CUT_LOOK_MS = 30_000;
/** How often it looks what can be merged or is too old, ms. */
const TIDY_LOOK_MS = 120_000;
/** What a query may hold of history: 64 MB. */
const QUERY_SAMPLES = 4_000_000;

export interface HistoryOptions {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  /** The data directory. */
  readonly directory: string;
  /** The configuration as it is now. */
  readonly config: () => Config;
}

/**
 * The history of series in the data directory; none at an edge whose samples go to Elasticsearch and to a judge.
 */
export async function openHistory(options: HistoryOptions): Promise<Chunks | undefined> {
  const { role, store } = options.config();
  if (role === 'edge' && store.elasticsearch !== undefined) return undefined;
  return openChunks({
    ...options,
    directory: join(options.directory, 'history'),
    maxSamples: QUERY_SAMPLES,
    retention() {
      const { keep: keepMs, max_bytes: maxBytes } = options.config().history;
      return { keepMs, maxBytes };
    },
  });
}

/** All history there is: what is on the local disk, and for what is older the store's. */
export function allHistory(
  local: Chunks | undefined,
  store: HistoryReader | undefined,
): HistoryReader | undefined {
  return local === undefined || store === undefined ? (local ?? store) : layeredHistory(local, store);
}

/** Takes over from the head what is due, and keeps the files tidy meanwhile, until the signal. */
export async function keepHistory(
  history: Chunks,
  head: CutSource,
  clock: Clock,
  until: AbortSignal,
): Promise<void> {
  async function cut(): Promise<void> {
    while (await slept(clock, CUT_LOOK_MS, until)) await history.cut(head, until);
  }
  async function tidy(): Promise<void> {
    while (await slept(clock, TIDY_LOOK_MS, until)) await history.tidy(until);
  }
  await Promise.all([cut(), tidy()]);
}
