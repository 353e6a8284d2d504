import type { Acknowledgements } from './acknowledgements.ts';
import type { Episodes } from './episodes.ts';
import { resolvedIncident, type FlushContext } from './flush-group.ts';
import type { Folding } from './folding.ts';
import type { Groups } from './groups.ts';
import { isOpen } from './incident-of.ts';
import type { Lane } from './lane.ts';
import type { Lanes } from './lanes.ts';

export interface OrphanParts {
  readonly lanes: Lanes;
  readonly groups: Groups;
  readonly folding: Folding;
  readonly episodes: Episodes;
  readonly acknowledgements: Acknowledgements;
}

/** Ends what receivers, the log and the journal believe to be open although nothing of it fires. */
export function endOrphans(parts: OrphanParts, used: ReadonlySet<Lane>, context: FlushContext): void {
  const { lanes, groups, folding, episodes, acknowledgements } = parts;
  const { now } = context;
  for (const lane of lanes.all()) {
    const told = lane.latest;
    if (used.has(lane) || !isOpen(told) || folding.staysOpen(lane.key, now)) continue;
    lane.want(resolvedIncident(told, { alerts: new Map() }, told.details.notes, context));
  }
  for (const key of episodes.keys())
    if (groups.find(key) === undefined && !folding.staysOpen(key, now))
      episodes.end(key, undefined, acknowledgements.of(key), now);
  acknowledgements.retain((key) => groups.find(key) !== undefined);
}
