import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import { isWithinWindow, type MaintenanceWindow } from '../../src/collect/maintenance-window.ts';
import type { Point } from '../../src/model/point.ts';
import { maintenanceWindowDataset } from './instance-schema.ts';

/** A window of the configuration, and whom it is for. */
export interface FleetMaintenanceWindow extends MaintenanceWindow {
  /** Unique. */
  readonly name: string;
  /** Tenant ids; everybody where undefined. */
  readonly tenants?: readonly string[] | undefined;
}

/** Says of each tenant whether it is within an announced window; asks nobody. */
export function createMaintenancePoll(windows: () => readonly FleetMaintenanceWindow[]): PollCollector {
  async function* poll(_: Target, { clock, fleet }: CollectContext): AsyncIterable<readonly Point[]> {
    const time = clock.now();
    for (const window of windows()) {
      const values = { octopus_maintenance_window_active: Number(isWithinWindow(window, time)) };
      const dimensions = { window: window.name };
      const listed = window.tenants?.filter((tenant) => fleet.find(tenant) !== undefined);
      const tenants = listed ?? Array.from(fleet.all(), ({ tenant }) => tenant);
      yield tenants.map((tenant) => ({
        dataset: maintenanceWindowDataset,
        time,
        tenant,
        dimensions,
        values,
      }));
    }
  }

  return {
    name: 'octopus-api/maintenance',
    datasets: [maintenanceWindowDataset],
    intervalMs: 30_000,
    reads: 'fleet',
    poll,
  };
}
