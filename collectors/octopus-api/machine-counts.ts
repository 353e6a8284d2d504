import { z } from 'zod';
import { MACHINE_HEALTH, type Machine } from '../../src/octopus/machine.ts';

/** What is counted of machines: by health those that are enabled. */
export const machineCountsSchema = z.object({
  health: z.record(z.enum(MACHINE_HEALTH), z.number()),
  disabled: z.number(),
  upgradeRequired: z.number(),
});

export type MachineCounts = z.output<typeof machineCountsSchema>;

/** Counts machines; each health is there, also as zero. A disabled machine is counted as that alone. */
export function countMachines(machines: readonly Machine[]): MachineCounts {
  const enabled = machines.filter(({ isDisabled }) => !isDisabled);
  const byHealth = Map.groupBy(enabled, ({ health }) => health);
  const countOf = (health: Machine['health']): number => byHealth.get(health)?.length ?? 0;
  return {
    health: {
      healthy: countOf('healthy'),
      has_warnings: countOf('has_warnings'),
      unhealthy: countOf('unhealthy'),
      unavailable: countOf('unavailable'),
      unknown: countOf('unknown'),
      other: countOf('other'),
    },
    disabled: machines.length - enabled.length,
    upgradeRequired: enabled.filter(({ needsUpgrade }) => needsUpgrade).length,
  };
}
