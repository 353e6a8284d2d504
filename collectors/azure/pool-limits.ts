/** Databases by the capacity from which so many may be in a pool, rising. */
type Steps = readonly (readonly [capacity: number, databases: number])[];

/**
 * How many databases an elastic pool may hold; no API tells it. Capacity is in eDTUs, or vCores.
 * Source: learn.microsoft.com/azure/azure-sql/database/resource-limits-dtu-elastic-pools and
 * resource-limits-vcore-elastic-pools (standard-series Gen5).
 */
const LIMITS: Readonly<Record<string, Steps>> = {
  Basic: [
    [50, 100],
    [100, 200],
    [200, 500],
  ],
  Standard: [
    [50, 100],
    [100, 200],
    [200, 500],
  ],
  Premium: [
    [125, 50],
    [250, 100],
  ],
  GeneralPurpose: [
    [2, 100],
    [4, 200],
    [6, 500],
  ],
  BusinessCritical: [
    [4, 50],
    [6, 100],
  ],
  Hyperscale: [[2, 25]],
};

/** Tiers whose capacity is in eDTUs. */
const DTU_TIERS: ReadonlySet<string> = new Set(['Basic', 'Standard', 'Premium']);

export function isDtuTier(tier: string): boolean {
  return DTU_TIERS.has(tier);
}

/** Undefined for a tier, or a size, that is not known. */
export function databaseLimit(tier: string, capacity: number): number | undefined {
  return LIMITS[tier]?.findLast(([from]) => capacity >= from)?.[1];
}
