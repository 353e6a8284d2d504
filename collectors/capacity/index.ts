import type { PollCollector } from '../../src/collect/contract.ts';
import type { CapacityDeps } from './deps.ts';
import { createForecast } from './forecast.ts';
import { createTenantsLeft } from './tenants-left.ts';

/** What is derived from quotas: how many tenants there is room for, and for how long. */
export function createCapacity(deps: CapacityDeps): readonly PollCollector[] {
  return [createTenantsLeft(deps), createForecast(deps)];
}
