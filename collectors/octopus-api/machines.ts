import { SAY_EVERY_MS } from '../../src/collect/ask-seldom.ts';
import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import type { Point } from '../../src/model/point.ts';
import type { ClientFor } from './client-for.ts';
import { machineHealthDataset, machineUpkeepDataset } from './instance-schema.ts';
import { countMachines, machineCountsSchema, type MachineCounts } from './machine-counts.ts';
import { readingSpaces } from './space-rounds.ts';

const EVERY_MS = 300_000;

/** Counts the deployment targets of each space by health. */
export function createMachinesPoll(clientFor: ClientFor): PollCollector {
  const readSpaces = readingSpaces(EVERY_MS, machineCountsSchema);

  async function* poll({ tenant }: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    const client = clientFor(tenant);
    const spaces = await readSpaces(client, context, async (space) =>
      countMachines(await client.machines(space, context.signal)),
    );
    const time = context.clock.now();
    yield spaces.flatMap(({ name, known }) => pointsOf(name, known, time));
  }

  return {
    name: 'octopus-api/machines',
    datasets: [machineHealthDataset, machineUpkeepDataset],
    intervalMs: SAY_EVERY_MS,
    deadlineMs: 30_000,
    poll,
  };
}

function pointsOf(
  space: string,
  { health, disabled, upgradeRequired }: MachineCounts,
  time: number,
): Point[] {
  const byHealth = Object.entries(health).map(([state, machines]) => ({
    dataset: machineHealthDataset,
    time,
    dimensions: { space, health: state },
    values: { octopus_machines: machines },
  }));
  const values = {
    octopus_machines_disabled: disabled,
    octopus_machines_upgrade_required: upgradeRequired,
  };
  return [...byHealth, { dataset: machineUpkeepDataset, time, dimensions: { space }, values }];
}
