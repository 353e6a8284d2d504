import type { Target } from '../collect/contract.ts';
import type { PollEvidence } from '../collect/evidence.ts';
import type { LiveFleet } from '../fleet/fleet.ts';
import type { Head } from '../store/head/head.ts';

export interface TenantEndsOptions {
  readonly head: Pick<Head, 'tenants' | 'removeTenant'>;
  readonly evidence: Pick<PollEvidence, 'forget' | 'forgetTarget'>;
  readonly fleet: Pick<LiveFleet, 'isSettled'>;
}

/** Ends what is known of tenants that are watched no more, so that their alerts resolve. */
export interface TenantEnds {
  /** The instances from now on. */
  follow(instances: readonly Target[]): void;
  /** Again and again: what was being read of a tenant when it was removed may arrive later. */
  endRemoved(): void;
}

/**
 * A tenant that the fleet does not know is gone. As long as some source of the fleet was never heard of, only those are
 * gone that were there since the start: the others may be its.
 */
export function createTenantEnds({ head, evidence, fleet }: TenantEndsOptions): TenantEnds {
  const everWatched = new Set<string>();
  let watched: ReadonlySet<string> = new Set();
  let asleep: ReadonlySet<string> = new Set();

  function follow(instances: readonly Target[]): void {
    watched = new Set(instances.map(({ tenant }) => tenant));
    for (const tenant of watched) everWatched.add(tenant);
    const sleeping = instances.filter((instance) => instance.asleep === true);
    // Who fell asleep is not asked any more: what failed of it is no reason to hold its alerts.
    for (const target of sleeping) if (!asleep.has(target.tenant)) evidence.forgetTarget(target);
    asleep = new Set(sleeping.map(({ tenant }) => tenant));
    endRemoved();
  }

  function endRemoved(): void {
    const isSettled = fleet.isSettled();
    for (const tenant of head.tenants()) {
      if (watched.has(tenant) || (!isSettled && !everWatched.has(tenant))) continue;
      head.removeTenant(tenant);
      evidence.forget(tenant);
    }
  }

  return { follow, endRemoved };
}
