import type { DatabaseSync } from 'node:sqlite';
import type { Clock, Log } from '../../model/ports.ts';
import { NO_METRICS } from '../../model/self-metrics.ts';
import type { DispatcherOptions } from '../dispatcher.ts';
import type { FoldSettings } from '../fold-states.ts';
import { SqliteIncidentLog } from '../log/sqlite-incident-log.ts';
import { createSilences } from '../mute/create-silences.ts';

type Surroundings = Pick<
  DispatcherOptions,
  | 'evaluatedAt'
  | 'folds'
  | 'fleet'
  | 'silences'
  | 'muter'
  | 'incidentLog'
  | 'fallback'
  | 'startGraceMs'
  | 'teamLabel'
  | 'retryForMs'
>;

/** What stands around a dispatcher that nothing disturbs: silences that there are, and none else that mutes. */
export function undisturbed(database: DatabaseSync, clock: Clock, log: Log): Surroundings {
  const silences = createSilences({ database, clock, random: () => 0.5, log, metrics: NO_METRICS });
  return {
    silences,
    muter: { mutesOf: (alert) => silences.mutesOf(alert), couldInhibit: () => false, take() {} },
    incidentLog: new SqliteIncidentLog(database),
    fallback: () => undefined,
    evaluatedAt: () => undefined,
    folds: NOTHING_FOLDED,
    fleet: () => new Map(),
    startGraceMs: 0,
    teamLabel: () => 'team',
    retryForMs: () => 3 * 86_400_000,
  };
}

/** Every incident is told alone. */
export const NOTHING_FOLDED: FoldSettings = {
  storm: { enabled: false, minTenants: 5, minLift: 2, minShare: 0.5, settleMs: 600_000 },
  flapping: { enabled: false, changes: 4, withinMs: 3_600_000, settleMs: 900_000 },
  rateLimit: { enabled: false, incidents: 10, perMs: 600_000 },
};
