import { DatabaseSync } from 'node:sqlite';
import type { Alert } from '../../../model/alert.ts';
import type { Labels } from '../../../model/labels.ts';
import type { Log, Random } from '../../../model/ports.ts';
import { NO_METRICS, type SelfMetrics } from '../../../model/self-metrics.ts';
import type { SilenceRequest } from '../../../model/silence.ts';
import { VirtualClock } from '../../../model/virtual-clock.ts';
import { parseMatchers } from '../../parse-matchers.ts';
import { createSilences } from '../create-silences.ts';
import { toSilenceMatcher } from '../silence-matchers.ts';
import type { Silences } from '../silences.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const START = Date.UTC(2026, 10, 21, 3, 0);

/** Silences on a journal in memory and a clock that is told the time. */
export interface SilenceWorld {
  readonly clock: VirtualClock;
  readonly database: DatabaseSync;
  readonly errors: string[];
  /** `octowatch_journal_failures_total silences` */
  readonly counted: string[];
  /** The process dies, and another begins on the same journal. */
  restart(): Silences;
  silences: Silences;
}

/** Begins at `START`, with no silence. */
export function silenceWorld(random: Random): SilenceWorld {
  const clock = new VirtualClock(START);
  const database = new DatabaseSync(':memory:');
  const errors: string[] = [];
  const note = (_: object, message: string): unknown => errors.push(message);
  const log: Log = { debug() {}, info() {}, warn: note, error: note, child: () => log };
  const counted: string[] = [];
  const metrics: SelfMetrics = {
    ...NO_METRICS,
    increment: (name, { journal = '' } = {}) => void counted.push(`${name} ${journal}`),
  };
  const open = (): Silences => createSilences({ database, clock, random, log, metrics });
  const made: SilenceWorld = {
    clock,
    database,
    errors,
    counted,
    silences: open(),
    restart: () => (made.silences = open()),
  };
  return made;
}

/** A silence of two hours from `START` on. */
export function request(matchers: string, over: Partial<SilenceRequest> = {}): SilenceRequest {
  return {
    matchers: matchers === '' ? [] : parseMatchers(matchers).map(toSilenceMatcher),
    startsAt: START,
    endsAt: START + 2 * HOUR,
    createdBy: 'jo',
    comment: 'upgrade',
    ...over,
  };
}

/** An alert that fires. */
export function alert(labels: Labels, over: Partial<Alert> = {}): Alert {
  const key = JSON.stringify(labels);
  return { key, group: 'g', labels, annotations: {}, state: 'firing', value: 1, activeAt: 0, ...over };
}
