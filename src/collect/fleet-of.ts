import type { Fleet, Target } from './contract.ts';

/** A fleet without instances. */
export const NO_FLEET: Fleet = { all: () => [], find: () => undefined };

/** A fleet of these instances; asked anew each time, so that it is as `targets` is now. */
export function fleetOf(targets: () => readonly Target[]): Fleet {
  let known: readonly Target[] | undefined;
  let byTenant = new Map<string, Target>();

  function find(tenant: string): Target | undefined {
    const now = targets();
    if (now !== known) byTenant = new Map(now.map((target) => [target.tenant, target]));
    known = now;
    return byTenant.get(tenant);
  }

  return { all: targets, find };
}
