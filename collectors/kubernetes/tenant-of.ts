import { RE2JS } from 're2js';
import type { Fleet } from '../../src/collect/contract.ts';
import type { ClusterSettings } from './settings.ts';

/** What may tell whose an object is. */
export interface Ownership {
  /** Values of `tenant_label`: at the object, then at its namespace. */
  readonly labels: readonly (string | undefined)[];
  readonly namespace: string;
}

/**
 * Whose objects are, as the configuration maps them; nobody's ('') where it names no tenant of the fleet. The name of a
 * namespace counts first: it never changes, and who may make pods there could label them as another tenant's.
 */
export function createTenantOf({ namespace_pattern: pattern }: ClusterSettings) {
  const expression = pattern === undefined ? undefined : RE2JS.compile(pattern);

  function named(namespace: string): string | undefined {
    const matcher = expression?.matcher(namespace);
    if (matcher?.matches() !== true) return undefined;
    const isNamed = pattern?.includes('<tenant>') === true;
    return (isNamed ? matcher.group('tenant') : matcher.group(1)) ?? undefined;
  }

  return function tenantOf({ labels, namespace }: Ownership, fleet: Fleet): string {
    const candidates = [named(namespace), ...labels];
    return candidates.find((tenant) => tenant !== undefined && fleet.find(tenant) !== undefined) ?? '';
  };
}
