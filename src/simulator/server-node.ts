import type { SeededRandom } from './random.ts';
import type { Tenant } from './topology.ts';

/** One Octopus server node of an instance. */
export interface ServerNode {
  /** `OctopusServerNodes-acme-octopus-0`. */
  readonly id: string;
  readonly name: string;
  /** Tasks at once. */
  cap: number;
  /** What the API calls `IsInMaintenanceMode`: the node takes no new tasks. */
  isDraining: boolean;
}

/** The nodes of a tenant; the cap of its plan is split evenly. */
export function createNodes(tenant: Tenant): ServerNode[] {
  return Array.from({ length: tenant.nodeCount }, (_, index) => {
    const name = `${tenant.tenant}-octopus-${index}`;
    const cap = Math.max(1, Math.ceil(tenant.taskCap / tenant.nodeCount));
    return { id: `OctopusServerNodes-${name}`, name, cap, isDraining: false };
  });
}

/** An id as installations have it. */
export function installationId(random: SeededRandom): string {
  return [8, 4, 4, 4, 12].map((length) => random.hex(length)).join('-');
}
