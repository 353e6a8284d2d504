import { z } from 'zod';
import { flag, text } from './payload-fields.ts';

/** The health that a machine can have; `other` is what this list does not know. */
export const MACHINE_HEALTH = [
  'healthy',
  'has_warnings',
  'unhealthy',
  'unavailable',
  'unknown',
  'other',
] as const;

export type MachineHealth = (typeof MACHINE_HEALTH)[number];

/** The names of `MachineModelHealthStatus` in OctopusClients, and the words that some answers have for one of them. */
const HEALTH_BY_STATUS: Readonly<Record<string, MachineHealth>> = {
  healthy: 'healthy',
  haswarnings: 'has_warnings',
  'healthy with warnings': 'has_warnings',
  unhealthy: 'unhealthy',
  unavailable: 'unavailable',
  unknown: 'unknown',
};

const endpoint = z
  .looseObject({ TentacleVersionDetails: z.looseObject({ UpgradeRequired: flag }).nullish() })
  .nullish()
  .catch(undefined);

/**
 * A deployment target or a worker, of `GET /api/{space}/machines` or `/workers`.
 * Source: OctopusClients `DeploymentTargetResource.cs`, `WorkerResource.cs`.
 */
export const machineSchema = z
  .looseObject({
    HealthStatus: text(100),
    IsDisabled: flag,
    Endpoint: endpoint,
    WorkerPoolIds: z.array(z.string()).nullish().catch(undefined),
  })
  .transform((raw) => ({
    health: healthOf(raw.HealthStatus),
    isDisabled: raw.IsDisabled,
    /** Whether its tentacle is too old to be used. */
    needsUpgrade: raw.Endpoint?.TentacleVersionDetails?.UpgradeRequired === true,
    /** Ids of the pools of a worker; none of a deployment target. */
    poolIds: raw.WorkerPoolIds ?? [],
  }));

export type Machine = z.output<typeof machineSchema>;

function healthOf(status: string | undefined): MachineHealth {
  return HEALTH_BY_STATUS[status?.toLowerCase() ?? 'unknown'] ?? 'other';
}

/** An item of `GET /api/{space}/workerpools`. Source: OctopusClients `WorkerPoolResource.cs`. */
export const workerPoolSchema = z
  .looseObject({ Id: z.string().min(1).max(200), Name: text(100), WorkerPoolType: text(50) })
  .transform((raw) => ({
    id: raw.Id,
    name: raw.Name ?? raw.Id,
    /** Its workers come and go with the work: they are never listed. */
    isDynamic: raw.WorkerPoolType === 'DynamicWorkerPool',
  }));

export type WorkerPool = z.output<typeof workerPoolSchema>;
