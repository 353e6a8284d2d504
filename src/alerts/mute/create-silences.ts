import type { DatabaseSync } from 'node:sqlite';
import type { Clock, Log, Random } from '../../model/ports.ts';
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
}

/** The silences of a journal, and those to come. */
export function createSilences({ database, clock, random, log }: SilencesOptions): Silences {
  return new SilenceBook({ journal: new SilenceJournal(database), clock, random, log });
}
