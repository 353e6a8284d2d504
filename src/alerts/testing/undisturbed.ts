import type { DatabaseSync } from 'node:sqlite';
import type { Clock, Log } from '../../model/ports.ts';
import type { DispatcherOptions } from '../dispatcher.ts';
import { SqliteIncidentLog } from '../log/sqlite-incident-log.ts';
import { createSilences } from '../mute/create-silences.ts';

type Surroundings = Pick<
  DispatcherOptions,
  'silences' | 'muter' | 'incidentLog' | 'fallback' | 'startGraceMs' | 'teamLabel' | 'retryForMs'
>;

/** What stands around a dispatcher that nothing disturbs: silences that there are, and none else that mutes. */
export function undisturbed(database: DatabaseSync, clock: Clock, log: Log): Surroundings {
  const silences = createSilences({ database, clock, random: () => 0.5, log });
  return {
    silences,
    muter: { mutesOf: (alert) => silences.mutesOf(alert), couldInhibit: () => false },
    incidentLog: new SqliteIncidentLog(database),
    fallback: () => undefined,
    startGraceMs: 0,
    teamLabel: () => 'team',
    retryForMs: () => 3 * 86_400_000,
  };
}
