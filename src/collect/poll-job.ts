import type { Dataset } from '../model/dataset.ts';
import type { JsonValue } from '../model/json.ts';
import type { PollCollector, Target } from './contract.ts';
import type { RunningPoll } from './running-poll.ts';

/** A target as it is now, and what it is asked. */
export interface Subject {
  target: Target;
  gone: boolean;
  readonly jobs: Job[];
}

/** One question to one target, asked again and again. */
export interface Job {
  readonly collector: PollCollector;
  readonly subject: Subject;
  readonly isSource: (dataset: Dataset) => boolean;
  readonly ring: (at: number) => void;
  /** When its turn is, or was. */
  at: number;
  state: JsonValue;
  running: RunningPoll | undefined;
  /** The poll that is under way or was last, until what it read is written. */
  work: Promise<void> | undefined;
  /** How often it was asked: tells a deadline of the poll before. */
  asked: number;
  /** Whether the collector of the poll before has really ended. */
  ended: boolean;
  /** Its series were ended: the target sleeps. */
  silent: boolean;
}

/** The rhythm's next turn, never further away than one interval: the clock may have been set back. Times are ms. */
export function turnAfter(turn: number, interval: number, now: number): number {
  const next = turn + interval * Math.max(1, Math.ceil((now - turn) / interval));
  return Math.min(next, now + interval);
}
