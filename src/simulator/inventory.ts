import type { SeededRandom } from './random.ts';
import type { Tenant, TenantKind } from './topology.ts';

/** What the API calls `HealthStatus`. */
export type HealthStatus = 'Healthy' | 'HasWarnings' | 'Unhealthy' | 'Unavailable' | 'Unknown';

/** A deployment target or a worker. */
export interface SimulatedMachine {
  readonly id: string;
  readonly name: string;
  health: HealthStatus;
  isDisabled: boolean;
  needsUpgrade: boolean;
}

export interface SimulatedWorkerPool {
  readonly id: string;
  readonly name: string;
  readonly isDynamic: boolean;
  readonly workers: readonly SimulatedMachine[];
}

/** What the license allows; changed by tests, as is the health of machines. */
export interface SimulatedLicense {
  /** ms since the epoch. */
  expires: number;
  isCompliant: boolean;
  machineLimit: number;
}

/** What an instance has besides its nodes and tasks. */
export interface Inventory {
  readonly machines: readonly SimulatedMachine[];
  readonly pools: readonly SimulatedWorkerPool[];
  readonly license: SimulatedLicense;
  /** Set by an administrator for the whole server. */
  isInMaintenanceMode: boolean;
  isPotentialClone: boolean;
}

const MACHINES: Readonly<Record<TenantKind, number>> = { dormant: 2, quiet: 6, active: 25, heavy: 120 };
const WORKERS: Readonly<Record<TenantKind, number>> = { dormant: 0, quiet: 1, active: 3, heavy: 8 };
const YEAR_MS = 365 * 86_400_000;

/** Healthy machines, workers in the default pool, a dynamic pool beside it, and a license that lasts. */
export function createInventory(tenant: Tenant, random: SeededRandom, start: number): Inventory {
  const count = MACHINES[tenant.kind];
  const machines = Array.from({ length: count }, (_, index) => machine('Machines', 'target', index + 1));
  const workers = Array.from({ length: WORKERS[tenant.kind] }, (_, index) =>
    machine('Workers', 'worker', index + 1),
  );
  return {
    machines,
    pools: [
      { id: 'WorkerPools-1', name: 'Default Worker Pool', isDynamic: false, workers },
      { id: 'WorkerPools-2', name: 'Hosted Ubuntu', isDynamic: true, workers: [] },
    ],
    license: {
      expires: start + Math.round((1 + random.uniform(0, 2)) * YEAR_MS),
      isCompliant: true,
      machineLimit: count + 10,
    },
    isInMaintenanceMode: false,
    isPotentialClone: false,
  };
}

function machine(kind: 'Machines' | 'Workers', name: string, number: number): SimulatedMachine {
  return {
    id: `${kind}-${number}`,
    name: `${name}-${number}`,
    health: 'Healthy',
    isDisabled: false,
    needsUpgrade: false,
  };
}
