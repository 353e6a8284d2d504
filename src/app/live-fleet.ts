import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { createFleet, type LiveFleet } from '../fleet/fleet.ts';
import type { Redactor } from '../redact/redactor.ts';
import { readText } from '../system/read-text.ts';
import { fleetSources, type FleetSourcesOptions } from './fleet-sources.ts';
import { createSavedLists } from './saved-lists.ts';

export interface LiveFleetOptions extends FleetSourcesOptions {
  readonly redactor: Redactor;
  /** The data directory. */
  readonly directory: string;
  readonly onChange: () => void;
}

/** The fleet of a configuration, as it was believed before the restart. */
export async function openFleet(config: Config, options: LiveFleetOptions): Promise<LiveFleet> {
  const { disk, directory, redactor } = options;
  const saved = createSavedLists(disk, join(directory, 'fleet'));
  await saved.keepOnly(config.fleet.discovery.map(({ name }) => name));
  const fleet = createFleet(fleetSources(config, options), {
    ...options,
    saved,
    readSecret: readText,
    objection: (tenant) =>
      redactor.text(tenant) === tenant ? undefined : 'its tenant id holds what is taken for a secret',
  });
  await fleet.restore();
  return fleet;
}
