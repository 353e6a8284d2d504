import { z } from 'zod';
import { SAY_EVERY_MS } from '../../src/collect/ask-seldom.ts';
import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import type { Point } from '../../src/model/point.ts';
import type { Machine, WorkerPool } from '../../src/octopus/machine.ts';
import type { ClientFor } from './client-for.ts';
import { workerHealthDataset, workerUpkeepDataset } from './instance-schema.ts';
import { countMachines, machineCountsSchema, type MachineCounts } from './machine-counts.ts';
import { readingSpaces } from './space-rounds.ts';

const EVERY_MS = 300_000;
const NOT_LISTED = 'other';

/** Counts the workers of each pool by health. */
export function createWorkersPoll(clientFor: ClientFor): PollCollector {
  const readSpaces = readingSpaces(EVERY_MS, z.record(z.string(), machineCountsSchema));

  async function* poll({ tenant }: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    const client = clientFor(tenant);
    const spaces = await readSpaces(client, context, async (space) => {
      const pools = await client.workerPools(space, context.signal);
      return countPools(pools, await client.workers(space, context.signal));
    });
    const time = context.clock.now();
    yield spaces.flatMap(({ name, known }) =>
      Object.entries(known).flatMap(([pool, counts]) => pointsOf({ space: name, pool }, counts, time)),
    );
  }

  return {
    name: 'octopus-api/workers',
    datasets: [workerHealthDataset, workerUpkeepDataset],
    intervalMs: SAY_EVERY_MS,
    deadlineMs: 30_000,
    poll,
  };
}

/** A worker counts in each of its pools; a pool without workers has zeros, a dynamic one is left out. */
function countPools(
  pools: readonly WorkerPool[],
  workers: readonly Machine[],
): Record<string, MachineCounts> {
  const names = new Map(pools.map(({ id, name }) => [id, name]));
  const members = new Map<string, Machine[]>();
  for (const { name, isDynamic } of pools) if (!isDynamic) members.set(name, []);
  for (const worker of workers) {
    for (const pool of new Set(worker.poolIds.map((id) => names.get(id) ?? NOT_LISTED)))
      members.set(pool, [...(members.get(pool) ?? []), worker]);
  }
  return Object.fromEntries([...members].map(([pool, machines]) => [pool, countMachines(machines)]));
}

function pointsOf(
  dimensions: Readonly<Record<'space' | 'pool', string>>,
  { health, disabled, upgradeRequired }: MachineCounts,
  time: number,
): Point[] {
  const byHealth = Object.entries(health).map(([state, workers]) => ({
    dataset: workerHealthDataset,
    time,
    dimensions: { ...dimensions, health: state },
    values: { octopus_workers: workers },
  }));
  const values = {
    octopus_workers_disabled: disabled,
    octopus_workers_upgrade_required: upgradeRequired,
  };
  return [...byHealth, { dataset: workerUpkeepDataset, time, dimensions, values }];
}
