import type { Instance } from './instance.ts';

/** A tenant that two sources have. */
export interface Double {
  readonly tenant: string;
  /** The source that is believed. */
  readonly believed: string;
  readonly ignored: string;
}

/** The lists of all sources as one, each tenant as the first that has it tells. */
export function merge(lists: readonly (readonly Instance[])[]): {
  instances: readonly Instance[];
  doubles: readonly Double[];
} {
  const byTenant = new Map<string, Instance>();
  const doubles: Double[] = [];
  for (const instance of lists.flat()) {
    const { tenant, discovery } = instance;
    const known = byTenant.get(tenant);
    if (known === undefined) byTenant.set(tenant, instance);
    else doubles.push({ tenant, believed: known.discovery, ignored: discovery });
  }
  return { instances: [...byTenant.values()], doubles };
}
