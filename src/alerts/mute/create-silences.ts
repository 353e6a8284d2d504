import type { DatabaseSync } from 'node:sqlite';
import type { Clock, Log, Random } from '../../model/ports.ts';
import type { SelfMetrics } from '../../model/self-metrics.ts';
import { SilenceBook } from './silence-book.ts';
import { SilenceJournal } from './silence-journal.ts';
import type { Silences } from './silences.ts';

/** What silences need. */
export interface SilencesOptions {
  /** The agent's journal. */
  readonly database: DatabaseSync;
  readonly clock: Clock;
  /** Their ids are made from it. */
  readonly random: Random;
  readonly log: Log;
  /** Counts what cannot be written down. */
  readonly metrics: SelfMetrics;
}

/** The silences of a journal, and those to come. */
export function createSilences({ database, ...options }: SilencesOptions): Silences {
  return new SilenceBook({ ...options, journal: new SilenceJournal(database) });
}
