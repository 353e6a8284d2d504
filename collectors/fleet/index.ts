import type { PollCollector } from '../../src/collect/contract.ts';
import { instanceStateDataset } from './schema.ts';

/** As often as an instance is pinged: who fell asleep should be known when its pings end. */
const INTERVAL_MS = 15_000;

/** Says of every instance whether it sleeps. */
export function createFleetCollector(): readonly PollCollector[] {
  return [
    {
      name: 'fleet/instances',
      datasets: [instanceStateDataset],
      intervalMs: INTERVAL_MS,
      reads: 'fleet',
      async *poll(_place, { clock, fleet }) {
        const time = clock.now();
        yield Array.from(fleet.all(), ({ tenant, asleep = false }) => ({
          dataset: instanceStateDataset,
          time,
          tenant,
          dimensions: {},
          values: { octopus_instance_asleep: asleep ? 1 : 0 },
        }));
      },
    },
  ];
}
